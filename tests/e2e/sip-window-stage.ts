import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Behaviour } from '#simulator/network/behaviours.ts';
import { loadVoices } from '#simulator/network/voices.ts';
import { wavFile } from '#simulator/network/wav.ts';
import { makeCertificate, type Certificate } from '#simulator/pbx/certificate.ts';
import { codeParties, featureCodes } from '#simulator/pbx/feature-codes.ts';
import { Pbx } from '#simulator/pbx/pbx.ts';
import { Trunk } from '#simulator/pbx/trunk.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

export const pbxHost = '127.0.0.1';

/** For this machine, signed by itself. */
export function certificateHere(): Certificate {
  const now = Date.now();
  return makeCertificate({ names: [pbxHost], validFrom: now - 86_400_000, validTo: now + 86_400_000 });
}

/** A PBX with WSS and feature codes, customers behind its trunk, and the whole program in front, with an agent who speaks. */
export interface SipWindow {
  readonly trunk: Trunk;
  readonly pbx: Pbx;
  readonly there: Installation;
  readonly page: Page;
  readonly complaints: string[];
  readonly agent: DeskWindow;
  close(): Promise<void>;
}

export async function openSipWindow(customers: Readonly<Record<string, Behaviour>>): Promise<SipWindow> {
  const folder = mkdtempSync(join(tmpdir(), 'sip-window-'));
  const microphone = join(folder, 'agent.wav');
  writeFileSync(microphone, wavFile(loadVoices().get('agent-talk') ?? new Int16Array()));
  const trunk = await Trunk.open({ farParties: { ...customers, ...codeParties } });
  const certificate = certificateHere();
  const users = [{ name: '8001', password: 'pw-8001' }];
  const pbx = await Pbx.start({ users, lines: { '*': trunk.port }, codes: featureCodes, certificate });
  // Trusted by this browser alone; nothing else on this machine knows it.
  const there = await install(undefined, { microphone }, [certificate.spkiHash]);
  const close = async (): Promise<void> => {
    await there.close();
    trunk.close();
    await pbx.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { page, complaints } = await there.open();
    const agent = new DeskWindow(page);
    await agent.enterDemo('agent');
    return { trunk, pbx, there, page, complaints, agent, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The connection test has come to that step, with that outcome. */
export const testStep = (agent: DeskWindow, id: string, state: string): Promise<void> =>
  agent
    .at(`sip-test-${id}`)
    .and(agent.page.locator(`[data-state="${state}"]`))
    .waitFor();

/** How many ways to its extensions the server knows. */
export const bindingsOf = async (pbx: Pbx): Promise<number> =>
  (JSON.stringify(await pbx.command('ul.dump')).match(/"Contact":/g) ?? []).length;
