import { mkdirSync, mkdtempSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPortHolder } from './port-holder.ts';

/** A folder that looks like /proc, with one process that has the port's file open. */
function rig(locks = '') {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'jinhu-proc-')));
  const port = join(root, 'ttyUSB2');
  writeFileSync(port, '');
  const program = (pid: number, name: string, ...files: string[]): void => {
    mkdirSync(join(root, String(pid), 'fd'), { recursive: true });
    writeFileSync(join(root, String(pid), 'comm'), `${name}\n`);
    files.forEach((file, fd) => symlinkSync(file, join(root, String(pid), 'fd', String(fd))));
  };
  program(40, 'bash', '/dev/null');
  program(41, 'minicom', '/dev/null', port);
  const { dev, ino } = statSync(port);
  const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
  const hex = (n: number): string => n.toString(16).padStart(2, '0');
  writeFileSync(join(root, 'locks'), locks.replace('FILE', `${hex(major)}:${hex(minor)}:${ino}`));
  return { root, port, program };
}

describe('case 2: which program holds the port', () => {
  it('is found by its open files, through a link to the device', async () => {
    const { root, port } = rig();
    const link = join(root, 'by-id');
    symlinkSync(port, link);
    expect(await findPortHolder(link, root)).toEqual({ program: 'minicom', pid: 41 });
  });

  it('is found by its lock, although its files cannot be looked into', async () => {
    const { root, port, program } = rig(
      '1: POSIX  ADVISORY  READ 40 00:01:1 0 EOF\n2: FLOCK  ADVISORY  WRITE 99 FILE 0 EOF\n',
    );
    program(99, 'ModemManager');
    expect(await findPortHolder(port, root)).toEqual({ program: 'ModemManager', pid: 99 });
  });

  it('is nobody when nobody has it, when only we have it, and where the system does not tell', async () => {
    const { root, port, program } = rig();
    const free = join(root, 'ttyUSB3');
    writeFileSync(free, '');
    program(process.pid, 'node', free);
    expect(await findPortHolder(free, root)).toBeNull();
    expect(await findPortHolder(join(root, 'ttyUSB9'), root)).toBeNull();
    expect(await findPortHolder(port, null)).toBeNull();
  });
});
