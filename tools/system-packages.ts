/**
 * The programs that the tests need from the system. On Debian/Ubuntu, as root or with password-less sudo, what is missing
 * is installed; elsewhere the exact command is named and the run stops. `npm start` needs none of them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

interface Need {
  readonly why: string;
  /** Debian's package. */
  readonly package: string;
  readonly present: () => boolean;
}

const onPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`));

const hasChineseFont = (): boolean =>
  spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' }).stdout?.trim().length > 0;

const needs: readonly Need[] = [
  { package: 'chromium', why: 'browser tests', present: () => onPath('chromium') },
  { package: 'socat', why: 'serial ports without hardware (ptys)', present: () => onPath('socat') },
  { package: 'fontconfig', why: 'font check', present: () => onPath('fc-list') },
  { package: 'fonts-noto-cjk', why: 'Chinese text in the browser tests', present: hasChineseFont },
];

/** @returns an explanation for the person when something is missing and could not be installed, else null. */
export function ensureSystemPackages(log: (line: string) => void): string | null {
  const missing = needs.filter((need) => !need.present()).map((need) => need.package);
  if (missing.length === 0) return null;
  const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!onPath('apt-get')) return `Missing: ${missing.join(', ')}. Install them with your system's package manager.`;
  const isRoot = process.getuid?.() === 0;
  const sudo = !isRoot && spawnSync('sudo', ['-n', 'true']).status === 0;
  if (!isRoot && !sudo) return `Missing: ${missing.join(', ')}. Run: sudo sh -c '${command}'`;
  log(`installing ${missing.join(', ')}`);
  const shell = ['sh', '-c', `DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; ${command}`];
  const [program, ...args] = isRoot ? shell : ['sudo', '-n', ...shell];
  const run = spawnSync(program ?? 'sh', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const still = needs.filter((need) => !need.present()).map((need) => need.package);
  return run.status === 0 && still.length === 0 ? null : `Could not install ${still.join(', ')}. Run: ${command}`;
}
