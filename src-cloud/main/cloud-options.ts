import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LogLevel } from '#shared/base/logger.ts';
import { defaultKeepAuditDays, defaultKeepChangesDays } from './start-cloud.ts';
import type { BucketOptions } from '../app/deps.ts';
import type { SecretKey } from '../app/secret-box.ts';
import { checkProviderNames, type CheckProviderName } from '../modules/number-checks/index.ts';
import { readSecretKeys } from './secret-keys.ts';

export const usage = `npm run cloud -- [serve] [options]
npm run cloud -- backup --to DIR [options]
npm run cloud -- restore --from DIR [--moved] [options]

serve starts a Jinhu cloud. Without DATABASE_URL it runs a PostgreSQL of its own in its data folder.
backup writes a new folder into DIR while the cloud runs, or while it does not: all rows, all recordings.
restore puts one backup (DIR is its own folder) into an empty data folder, or an empty database. --moved: the cloud was
stopped before the backup, so nothing is missing: nobody signs in anew, no desk reads everything anew.

  --host HOST            address to listen on            (env HOST, default 127.0.0.1)
  --port PORT            port, 0 = any free one          (env PORT, default 7460)
  --ops-host HOST        where /livez, /readyz and /metrics are
                                                         (env OPS_HOST, default 127.0.0.1)
  --ops-port PORT        0 = any free one, "off" = none  (env OPS_PORT, default: one more than the port)
  --data DIR             data folder                     (env JINHU_CLOUD_DATA, default ~/.jinhu-cloud)
  --database-url URL     another PostgreSQL, 15 or newer (env DATABASE_URL)
  Recordings go into an S3-compatible bucket instead of the data folder where the environment has
  RECORDINGS_BUCKET, S3_ENDPOINT, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY (and S3_REGION, default us-east-1;
  RECORDINGS_PREFIX, default none)
  SIP passwords of companies are encrypted with the keys in JINHU_SECRET_KEYS (name:base64 of 32 bytes, the current one
  first, commas between) or in the file JINHU_SECRET_KEYS_FILE; default: secret-keys in the data folder, which is made
  where the database is our own. All servers of one database need the same ones.
  --number-heads FILE    table of number heads (phone.dat format), by which desks tell where a number is from
                                                         (env NUMBER_HEADS, default none)
  --trust-proxy LIST     believe X-Forwarded-For from these addresses or networks, comma-separated
                                                         (env TRUST_PROXY, default none)
  --drain-delay SECONDS  after SIGTERM: /readyz says no for so long before connections are refused
                                                         (env DRAIN_DELAY, default 0)
  --keep-changes DAYS    keep what the change stream no longer needs for so long; a desk that was away for longer and
                         missed a deletion reads everything anew
                                                         (env KEEP_CHANGES, default 30)
  --keep-audit DAYS      keep the audit log for so long, to the beginning of that month
                                                         (env KEEP_AUDIT, default 1096: three years)
  --number-check WHO     who tells what a number is (号码检测): local looks at the format alone, simulated invents
                         answers for sample numbers (docs/guides/number-check-provider.md: how to add a service)
                                                         (env NUMBER_CHECK, default local)
  --log-level LEVEL      debug, info (a line per request), warn or error
                                                         (env LOG_LEVEL, default info)
  --sample               put the sample company there, once
  --create-company NAME  create a company ...
  --admin ACCOUNT        ... and its first administrator; prints a password once
  --restored             after restoring with other tools than ours: tells every desk to read everything anew
  --help
`;

const options = {
  host: { type: 'string' },
  port: { type: 'string' },
  'ops-host': { type: 'string' },
  'ops-port': { type: 'string' },
  data: { type: 'string' },
  'database-url': { type: 'string' },
  'number-heads': { type: 'string' },
  'trust-proxy': { type: 'string' },
  'drain-delay': { type: 'string' },
  'keep-changes': { type: 'string' },
  'keep-audit': { type: 'string' },
  'number-check': { type: 'string' },
  'log-level': { type: 'string' },
  sample: { type: 'boolean' },
  'create-company': { type: 'string' },
  admin: { type: 'string' },
  restored: { type: 'boolean' },
  to: { type: 'string' },
  from: { type: 'string' },
  moved: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** What is to be done. */
export type Command =
  | { readonly do: 'serve' }
  | { readonly do: 'backup'; readonly to: string }
  | { readonly do: 'restore'; readonly from: string; readonly moved: boolean };

const logLevels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[];

/** What the command line and the environment say; the command line wins. */
export interface CommandLine {
  readonly help: boolean;
  readonly command: Command;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly bucket: BucketOptions | undefined;
  readonly secretKeys: SecretKey[] | undefined;
  readonly host: string;
  readonly port: number;
  readonly operations: { readonly host: string; readonly port: number } | undefined;
  readonly numberHeads: string | undefined;
  readonly trustedProxies: string | undefined;
  readonly drainDelayMs: number;
  readonly keepChangesDays: number;
  readonly keepAuditDays: number;
  readonly numberCheck: CheckProviderName;
  readonly logLevel: LogLevel;
  readonly sample: boolean;
  readonly firstCompany: { readonly name: string; readonly admin: string } | undefined;
  readonly restored: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws an Error whose message is for the person at the terminal. */
export function readCommandLine(args: readonly string[], env: Environment): CommandLine {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const { admin, 'create-company': name } = values;
  if ((name === undefined) !== (admin === undefined)) throw new Error('--create-company and --admin belong together');
  const port = portOf('--port', values.port ?? env['PORT'] ?? '7460');
  const level = values['log-level'] ?? env['LOG_LEVEL'] ?? 'info';
  const who = values['number-check'] ?? (env['NUMBER_CHECK'] || 'local');
  const numberCheck = checkProviderNames.find((known) => known === who);
  if (!numberCheck) throw new Error(`--number-check: ${checkProviderNames.join(', ')}`);
  const logLevel = logLevels.find((known) => known === level);
  if (!logLevel) throw new Error(`--log-level: ${logLevels.join(', ')}`);
  return {
    help: values.help ?? false,
    command: commandOf(positionals, values),
    dataDir: values.data ?? env['JINHU_CLOUD_DATA'] ?? join(homedir(), '.jinhu-cloud'),
    databaseUrl: (values['database-url'] ?? env['DATABASE_URL']) || undefined,
    bucket: bucketOf(env),
    secretKeys: secretKeysOf(env),
    host: values.host ?? env['HOST'] ?? '127.0.0.1',
    port,
    operations: operationsOf(values['ops-host'] ?? env['OPS_HOST'], values['ops-port'] ?? env['OPS_PORT'], port),
    numberHeads: (values['number-heads'] ?? env['NUMBER_HEADS']) || undefined,
    trustedProxies: (values['trust-proxy'] ?? env['TRUST_PROXY']) || undefined,
    drainDelayMs: 1000 * wholeNumber('--drain-delay', values['drain-delay'] ?? env['DRAIN_DELAY'] ?? '0', 600),
    keepChangesDays: daysOf('--keep-changes', values['keep-changes'] ?? env['KEEP_CHANGES'], keepChanges),
    keepAuditDays: daysOf('--keep-audit', values['keep-audit'] ?? env['KEEP_AUDIT'], keepAudit),
    numberCheck,
    logLevel,
    sample: values.sample ?? false,
    firstCompany: name !== undefined && admin !== undefined ? { name, admin } : undefined,
    restored: values.restored ?? false,
  };
}

/** Keys are read from the environment alone: every user of the machine can read a command line. */
function bucketOf(env: Environment): BucketOptions | undefined {
  const { S3_ENDPOINT, RECORDINGS_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_REGION, RECORDINGS_PREFIX } = env;
  const needed = { S3_ENDPOINT, RECORDINGS_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY };
  if (!RECORDINGS_BUCKET) return undefined;
  const missing = Object.entries(needed).filter(([, value]) => !value).map(([name]) => name); // prettier-ignore
  if (missing.length > 0) throw new Error(`RECORDINGS_BUCKET needs ${missing.join(', ')}`);
  if (!URL.canParse(S3_ENDPOINT ?? '')) throw new Error('S3_ENDPOINT: an address such as https://s3.example.com');
  return {
    endpoint: S3_ENDPOINT ?? '',
    bucket: RECORDINGS_BUCKET,
    region: S3_REGION || 'us-east-1',
    accessKeyId: S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: S3_SECRET_ACCESS_KEY ?? '',
    prefix: RECORDINGS_PREFIX ?? '',
  };
}

/** As with the bucket's. */
function secretKeysOf({ JINHU_SECRET_KEYS, JINHU_SECRET_KEYS_FILE }: Environment): SecretKey[] | undefined {
  if (JINHU_SECRET_KEYS) return readSecretKeys(JINHU_SECRET_KEYS, 'JINHU_SECRET_KEYS');
  if (!JINHU_SECRET_KEYS_FILE) return undefined;
  return readSecretKeys(readFileSync(JINHU_SECRET_KEYS_FILE, 'utf8'), JINHU_SECRET_KEYS_FILE);
}

function commandOf(
  words: readonly string[],
  { to, from, moved }: { to?: string | undefined; from?: string | undefined; moved?: boolean | undefined },
): Command {
  const [word = 'serve', ...rest] = words;
  if (rest.length > 0) throw new Error(`one command at a time: ${words.join(' ')}`);
  if (word !== 'backup' && to !== undefined) throw new Error('--to belongs to backup');
  if (word !== 'restore' && (from !== undefined || moved)) throw new Error('--from and --moved belong to restore');
  if (word === 'serve') return { do: 'serve' };
  if (word === 'backup' && to) return { do: 'backup', to };
  if (word === 'restore' && from) return { do: 'restore', from, moved: moved ?? false };
  throw new Error(
    word === 'backup' ? 'backup --to DIR' : word === 'restore' ? 'restore --from DIR' : `no command ${word}`,
  );
}

function operationsOf(
  host: string | undefined,
  port: string | undefined,
  publicPort: number,
): CommandLine['operations'] {
  if (port === 'off') return undefined;
  // Beside any free port: any free port.
  const beside = publicPort === 0 ? 0 : publicPort === 65_535 ? publicPort - 1 : publicPort + 1;
  return { host: host ?? '127.0.0.1', port: port === undefined ? beside : portOf('--ops-port', port) };
}

interface Days {
  readonly least: number;
  readonly most: number;
  readonly usual: number;
}
/** Whoever works offline for a week (offline sign-in) shall not have to read everything anew for it. */
const keepChanges: Days = { least: 8, most: 3650, usual: defaultKeepChangesDays };
/** Six months is the least that the law lets an operator of networks keep logs for (网络安全法), 184 days at most. */
const keepAudit: Days = { least: 184, most: 36_500, usual: defaultKeepAuditDays };

const daysOf = (name: string, text: string | undefined, { least, most, usual }: Days): number =>
  text === undefined ? usual : wholeNumber(name, text, most, least);

const portOf = (name: string, text: string): number => wholeNumber(name, text, 65_535);

function wholeNumber(name: string, text: string, max: number, min = 0): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max || value < min) throw new Error(`${name}: ${min} to ${max}`);
  return value;
}
