import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import { deviceStates } from '../domain/devices.ts';

// 设备: where the people of a company sign in, as both contracts speak of it.

const id = z.string().regex(uuidPattern);
const time = z.number().int();

export const companyDeviceShape = {
  id,
  /** As it calls itself. */
  name: z.string(),
  employeeId: id,
  employeeName: z.string(),
  departmentName: z.string().nullable(),
  firstSeenAt: time,
  lastSeenAt: time,
  signedInAt: time,
  /** Of the program, when it was last seen; null = it did not say. */
  version: z.string().nullable(),
  /** IP address from which it was last seen; null = not since that is written down. */
  address: z.string().nullable(),
  state: z.enum(deviceStates),
  /** The one that asks. */
  current: z.boolean(),
};

export const devicesQuery = {
  /** Part of the name of the device, of its person or their account, or of the address. */
  search: z.string().trim().max(60).optional(),
  departmentId: id.optional(),
  employeeId: id.optional(),
  state: z.enum(deviceStates).optional(),
};
