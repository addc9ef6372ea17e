import { describe, expect, it } from 'vitest';
import { readCommandLine } from './cloud-options.ts';

describe('the command line', () => {
  it('wins over the environment, which wins over the defaults', () => {
    const env = { PORT: '7000', HOST: '10.0.0.1', JINHU_CLOUD_DATA: '/data', LOG_LEVEL: 'warn', DRAIN_DELAY: '5', KEEP_CHANGES: '90', KEEP_AUDIT: '400', NUMBER_HEADS: '/env.dat' }; // prettier-ignore
    const read = readCommandLine(['--port', '7100', '--log-level', 'debug'], env);
    expect(read.numberHeads).toBe('/env.dat');
    expect(readCommandLine(['--number-heads', '/line.dat'], env).numberHeads).toBe('/line.dat');
    expect(read).toMatchObject({
      port: 7100,
      host: '10.0.0.1',
      dataDir: '/data',
      keepChangesDays: 90,
      keepAuditDays: 400,
      logLevel: 'debug',
      drainDelayMs: 5000,
    });
    const bare = readCommandLine(['--data', 'x'], { DATABASE_URL: '', TRUST_PROXY: '' });
    expect(bare).toMatchObject({
      keepChangesDays: 30,
      keepAuditDays: 1096,
      port: 7460,
      host: '127.0.0.1',
      databaseUrl: undefined,
      trustedProxies: undefined,
      numberHeads: undefined,
    });
  });

  it('has the operators’ port beside the public one, on loopback, wherever the public one listens', () => {
    const at = (args: string[], env = {}) => readCommandLine(args, env).operations;
    expect(at(['--host', '0.0.0.0'])).toEqual({ host: '127.0.0.1', port: 7461 });
    expect(at(['--port', '0'])).toEqual({ host: '127.0.0.1', port: 0 });
    expect(at(['--port', '65535'])).toEqual({ host: '127.0.0.1', port: 65_534 });
    expect(at(['--ops-host', '10.0.0.2', '--ops-port', '9100'])).toEqual({ host: '10.0.0.2', port: 9100 });
    expect(at([], { OPS_PORT: 'off' })).toBeUndefined();
  });

  it('names one thing to do, with what belongs to it', () => {
    const done = (...args: string[]) => readCommandLine(args, {}).command;
    expect(done()).toEqual({ do: 'serve' });
    expect(done('serve', '--port', '1')).toEqual({ do: 'serve' });
    expect(done('backup', '--to', '/b')).toEqual({ do: 'backup', to: '/b' });
    expect(done('restore', '--from', '/b/x')).toEqual({ do: 'restore', from: '/b/x', moved: false });
    expect(done('restore', '--from', '/b/x', '--moved')).toEqual({ do: 'restore', from: '/b/x', moved: true });
  });

  it('takes the bucket of recordings from the environment, whole or not at all', () => {
    const keys = { S3_ENDPOINT: 'https://s3.example.com', S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret' };
    expect(readCommandLine([], keys).bucket).toBeUndefined();
    expect(readCommandLine([], { ...keys, RECORDINGS_BUCKET: 'calls' }).bucket).toEqual({
      endpoint: 'https://s3.example.com', bucket: 'calls', region: 'us-east-1', accessKeyId: 'id', secretAccessKey: 'secret', prefix: '',
    }); // prettier-ignore
    expect(() => readCommandLine([], { RECORDINGS_BUCKET: 'calls' })).toThrow(
      'RECORDINGS_BUCKET needs S3_ENDPOINT, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY',
    );
    expect(() => readCommandLine([], { ...keys, RECORDINGS_BUCKET: 'calls', S3_ENDPOINT: 's3' })).toThrow(
      'S3_ENDPOINT',
    );
  });

  it.each([
    [['backup'], 'backup --to DIR'],
    [['restore', '--to', 'x'], '--to belongs to backup'],
    [['--moved'], '--from and --moved belong to restore'],
    [['backup', 'restore'], 'one command at a time: backup restore'],
    [['dump'], 'no command dump'],
    [['--port', '70000'], '--port: 0 to 65535'],
    [['--port', ''], '--port: 0 to 65535'],
    [['--ops-port', 'on'], '--ops-port: 0 to 65535'],
    [['--drain-delay', '1.5'], '--drain-delay: 0 to 600'],
    [['--keep-changes', '7'], '--keep-changes: 8 to 3650'],
    [['--keep-audit', '0'], '--keep-audit: 184 to 36500'],
    [['--log-level', 'loud'], '--log-level: debug, info, warn, error'],
    [['--admin', 'boss'], '--create-company and --admin belong together'],
    [['--nonsense'], "Unknown option '--nonsense'"],
  ])('refuses %j in words', (args, words) => {
    expect(() => readCommandLine(args, {})).toThrow(words);
  });
});
