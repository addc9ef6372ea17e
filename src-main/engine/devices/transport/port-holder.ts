import { readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** The program that has a port open. */
export interface PortHolder {
  /** Its file's name; where that may not be read, what it calls its main thread (at most 15 characters on Linux). */
  readonly program: string;
  readonly pid: number;
}

/**
 * Who holds this device? First by the kernel's list of locks, which names anybody's process; else by the open files of
 * the processes that we may look into (our own user's). Null = nobody but us that we can see. Only to tell a person:
 * other people's programs are never ended (research/hardware case 2).
 *
 * @param procRoot "/proc"; null where the system has none
 */
export async function findPortHolder(
  path: string,
  procRoot: string | null = process.platform === 'linux' ? '/proc' : null,
): Promise<PortHolder | null> {
  if (procRoot === null) return null;
  try {
    const device = await realpath(path);
    const pid = (await findLocker(device, procRoot)) ?? (await findOpener(device, procRoot));
    if (pid === null) return null;
    return { program: await programOf(join(procRoot, pid)), pid: Number(pid) };
  } catch {
    // The device or its holder has just gone: then nobody holds it.
    return null;
  }
}

/** Programs rename their main thread ("MainThread"), which tells a person nothing; another user's file cannot be read. */
async function programOf(folder: string): Promise<string> {
  const file = await readlink(join(folder, 'exe')).catch(() => null);
  return file === null ? (await readFile(join(folder, 'comm'), 'utf8')).trim() : basename(file);
}

/** `1: FLOCK  ADVISORY  WRITE 17997 00:1a:5 0 EOF`: who, and major:minor:inode in hexadecimal and decimal (proc(5)). */
async function findLocker(device: string, procRoot: string): Promise<string | null> {
  const { dev, ino } = await stat(device);
  const hex = (part: number): string => part.toString(16).padStart(2, '0');
  const file = `${hex((dev >> 8) & 0xfff)}:${hex((dev & 0xff) | ((dev >> 12) & 0xfff00))}:${ino}`;
  const locks = await readFile(join(procRoot, 'locks'), 'utf8').catch(() => '');
  for (const line of locks.split('\n')) {
    const [, , , , pid, locked] = line.trim().split(/\s+/);
    if (locked === file && pid !== undefined && Number(pid) !== process.pid) return pid;
  }
  return null;
}

async function findOpener(device: string, procRoot: string): Promise<string | null> {
  const pids = (await readdir(procRoot)).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  for (const pid of pids) if (await holds(join(procRoot, pid, 'fd'), device)) return pid;
  return null;
}

async function holds(folder: string, device: string): Promise<boolean> {
  // Another user's process, or one that has ended meanwhile.
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if ((await readlink(join(folder, name)).catch(() => null)) === device) return true;
  return false;
}
