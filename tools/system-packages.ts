/**
 * The programs that the tests need from the system. On Debian/Ubuntu, as root or with password-less sudo, what is missing
 * is installed; elsewhere the exact command is named and the run stops. `npm start` needs none of them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

interface Need {
  readonly why: string;
  /** Debian's package. */
  readonly package: string;
  readonly present: () => boolean;
  /** What installing it must not leave behind. */
  readonly afterwards?: string;
}

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`));

const hasChineseFont = (): boolean =>
  spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' }).stdout?.trim().length > 0;

/** One folder per architecture. */
const kamailioModules = (): string[] =>
  existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/kamailio/modules`) : [];

const hasPostgres = (): boolean => {
  const installed = '/usr/lib/postgresql';
  return existsSync(installed) && readdirSync(installed).some((name) => existsSync(`${installed}/${name}/bin/initdb`));
};

const needs: readonly Need[] = [
  {
    package: 'postgresql',
    why: 'an older PostgreSQL that the cloud moves away from',
    present: hasPostgres,
    // The test makes a cluster of its own; as a service it would take port 5432.
    afterwards: 'if command -v systemctl >/dev/null; then systemctl disable --now postgresql; fi || true',
  },
  // Chromium without the windows of a browser, which are pages of its own and take a third of the processor beside ours.
  { package: 'chromium-headless-shell', why: 'browser tests', present: () => onPath('chromium-headless-shell') },
  { package: 'chromium', why: 'notices of the browser', present: () => onPath('chromium') },
  { package: 'socat', why: 'serial ports without hardware (ptys)', present: () => onPath('socat') },
  { package: 'gammu', why: 'a foreign modem client that judges the simulated phone', present: () => onPath('gammu') },
  {
    package: 'pulseaudio',
    why: 'sound cards that are not there, for a phone that is one',
    present: () => onPath('pulseaudio'),
    // Each test starts one of its own; as a service of the person it would take the sound cards of this machine.
    afterwards:
      'if command -v systemctl >/dev/null; then systemctl --global disable pulseaudio.service pulseaudio.socket; fi || true',
  },
  {
    package: 'pulseaudio-utils',
    why: 'what goes in and out of those cards',
    present: () => onPath('pactl') && onPath('pacat'),
  },
  {
    package: 'ofono',
    why: 'a foreign telephony stack that judges the simulated phone',
    present: () => onPath('ofonod') || existsSync('/usr/sbin/ofonod'),
    // The tests start it on a bus of their own; as a service it would take the real phones of this machine.
    afterwards: 'if command -v systemctl >/dev/null; then systemctl disable --now ofono dundee; fi || true',
  },
  {
    package: 'kamailio',
    why: 'the PBX of the SIP tests',
    present: () => existsSync('/usr/sbin/kamailio'),
    // The tests start their own; as a service it would take port 5060.
    afterwards: 'if command -v systemctl >/dev/null; then systemctl disable --now kamailio; fi || true',
  },
  {
    package: 'kamailio-websocket-modules',
    why: 'SIP over WebSocket in that PBX',
    present: () => kamailioModules().some((folder) => existsSync(`${folder}/websocket.so`)),
  },
  {
    package: 'kamailio-tls-modules',
    why: 'the same over TLS',
    present: () => kamailioModules().some((folder) => existsSync(`${folder}/tls.so`)),
  },
  {
    package: 'rtpengine-daemon',
    why: 'the media relay of that PBX',
    present: () => onPath('rtpengine'),
    afterwards: 'if command -v systemctl >/dev/null; then systemctl disable --now rtpengine-daemon; fi || true',
  },
  {
    package: 'coturn',
    why: 'the STUN and TURN server of the SIP tests',
    present: () => onPath('turnserver'),
    // The tests start their own; as a service it would relay for strangers on port 3478.
    afterwards: 'if command -v systemctl >/dev/null; then systemctl disable --now coturn; fi || true',
  },
  { package: 'baresip-core', why: 'a foreign SIP phone that judges the PBX', present: () => onPath('baresip') },
  { package: 'fontconfig', why: 'font check', present: () => onPath('fc-list') },
  { package: 'fonts-noto-cjk', why: 'Chinese text in the browser tests', present: hasChineseFont },
];

/** What of this machine decides; a plain value, so that every machine can be tested on one. */
export interface Machine {
  /** Debian's names of what is missing. */
  readonly missing: readonly string[];
  readonly hasApt: boolean;
  readonly rights: 'root' | 'sudo' | 'none';
}

export type Plan =
  | { readonly do: 'nothing' }
  | { readonly do: 'tell'; readonly text: string }
  | { readonly do: 'install'; readonly run: readonly [program: string, ...args: string[]]; readonly command: string };

/** Installs where that needs no question; else says the exact command. */
export function planFor({ missing, hasApt, rights }: Machine): Plan {
  if (missing.length === 0) return { do: 'nothing' };
  const names = missing.join(', ');
  if (!hasApt) return { do: 'tell', text: `Missing: ${names}. Install them with your system's package manager.` };
  const install = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  const afterwards = needs.filter((need) => missing.includes(need.package)).flatMap((need) => need.afterwards ?? []);
  const command = [install, ...afterwards.map((step) => `{ ${step}; }`)].join(' && ');
  if (rights === 'none') return { do: 'tell', text: `Missing: ${names}. Run: sudo sh -c '${command}'` };
  const shell = ['sh', '-c', `DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; ${command}`] as const;
  return { do: 'install', run: rights === 'root' ? shell : ['sudo', '-n', ...shell], command };
}

const missingHere = (): string[] => needs.filter((need) => !need.present()).map((need) => need.package);

function rightsHere(): Machine['rights'] {
  if (process.getuid?.() === 0) return 'root';
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? 'sudo' : 'none';
}

/** @returns an explanation for the person when something is missing and could not be installed, else null. */
export function ensureSystemPackages(log: (line: string) => void): string | null {
  const missing = missingHere();
  const hasApt = onPath('apt-get');
  const plan = planFor({ missing, hasApt, rights: missing.length > 0 && hasApt ? rightsHere() : 'none' });
  if (plan.do === 'nothing') return null;
  if (plan.do === 'tell') return plan.text;
  log(`installing ${missing.join(', ')}`);
  const [program, ...args] = plan.run;
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const still = missingHere();
  if (still.length > 0) return `Could not install ${still.join(', ')}. Run: ${plan.command}`;
  return status === 0 ? null : `Installing ended with ${status}. Run: ${plan.command}`;
}
