import { describe, expect, it } from 'vitest';
import { planFor } from '../../tools/system-packages.ts';

const command = 'apt-get update && apt-get install -y --no-install-recommends socat fonts-noto-cjk';
const missing = ['socat', 'fonts-noto-cjk'];

describe('programs that the tests need from the system', () => {
  it('are left alone when they are there', () => {
    for (const rights of ['root', 'sudo', 'none'] as const)
      expect(planFor({ missing: [], hasApt: true, rights })).toEqual({ do: 'nothing' });
  });

  it('are named where the package manager is not ours to know', () => {
    const text = "Missing: socat, fonts-noto-cjk. Install them with your system's package manager.";
    for (const rights of ['root', 'none'] as const)
      expect(planFor({ missing, hasApt: false, rights })).toEqual({ do: 'tell', text });
  });

  it('come with the exact command where we may not install', () => {
    const text = `Missing: socat, fonts-noto-cjk. Run: sudo sh -c '${command}'`;
    expect(planFor({ missing, hasApt: true, rights: 'none' })).toEqual({ do: 'tell', text });
  });

  it('leave no service running that would take a phone of this machine', () => {
    const plan = planFor({ missing: ['ofono'], hasApt: true, rights: 'root' });
    if (plan.do !== 'install') throw new Error(plan.do);
    expect(plan.command).toMatch(/ofono && \{ .*systemctl disable --now ofono dundee/);
  });

  it('are installed by root, and by sudo that asks for no password', () => {
    const shell = ['sh', '-c', `DEBIAN_FRONTEND=noninteractive; export DEBIAN_FRONTEND; ${command}`];
    expect(planFor({ missing, hasApt: true, rights: 'root' })).toEqual({ do: 'install', run: shell, command });
    const run = ['sudo', '-n', ...shell];
    expect(planFor({ missing, hasApt: true, rights: 'sudo' })).toEqual({ do: 'install', run, command });
  });
});
