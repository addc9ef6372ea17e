import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { Sessions } from './sessions.ts';

const rig = (): { clock: ManualClock; sessions: Sessions } => {
  const clock = new ManualClock();
  return { clock, sessions: new Sessions(clock) };
};

describe('Sessions', () => {
  it('lets a token in once, within 60 s, whatever the wall clock does', () => {
    const { clock, sessions } = rig();
    const token = sessions.newToken();
    const late = sessions.newToken();
    clock.jumpWall(3_600_000);
    clock.advance(59_999);
    expect(sessions.admit({ token }).admission).not.toBeNull();
    expect(sessions.admit({ token }).admission).toBeNull();
    clock.advance(1);
    expect(sessions.admit({ token: late }).admission).toBeNull();
  });

  it('makes 256-bit secrets, none like another', () => {
    const { sessions } = rig();
    const secrets = Array.from({ length: 100 }, () => sessions.newToken());
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) expect(Buffer.from(secret, 'base64url').length).toBe(32);
  });

  it('knows a session by its key for as long as it lives, and never by its id', () => {
    const { clock, sessions } = rig();
    const { admission } = sessions.admit({ token: sessions.newToken() });
    clock.advance(86_400_000);
    expect(sessions.admit({ session: admission?.key }).admission).toEqual(admission);
    expect(sessions.admit({ session: admission?.sessionId }).admission).toBeNull();
    expect(sessions.admit({ token: admission?.key }).admission).toBeNull();
  });

  it('slows down after five failures, withdraws tokens after twenty, and starts afresh with a new token', () => {
    const { sessions } = rig();
    const unused = sessions.newToken();
    const waits = Array.from({ length: 20 }, () => sessions.admit({ token: 'guess' }).waitMs);
    expect(waits).toEqual([...Array<number>(5).fill(0), ...Array<number>(15).fill(1_000)]);
    expect(sessions.admit({ token: unused }).admission).toBeNull();
    expect(sessions.admit({ token: sessions.newToken() }).admission).not.toBeNull();
  });
});
