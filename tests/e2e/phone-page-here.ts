import type { Page } from 'playwright-core';
import type { SimulatedPhone } from '#simulator/phone/phone.ts';
import { DeskWindow } from './desk-window.ts';
import { install, type Installation } from './installation.ts';

export interface PhonePageHere {
  readonly there: Installation;
  readonly page: Page;
  readonly agent: DeskWindow;
  /** The demo's, with five SIMs. */
  readonly phone: SimulatedPhone;
}

/** 「话机」 as an agent of the demo opens it. */
export async function openPhonePage(): Promise<PhonePageHere> {
  const there = await install();
  const { page } = await there.open();
  const agent = new DeskWindow(page);
  await agent.enterDemo('agent');
  await agent.goTo('话机');
  return { there, page, agent, phone: there.host.demo.phone() };
}
