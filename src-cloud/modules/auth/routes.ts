import {
  changePassword,
  companyDevices,
  devices,
  endCompanyDevice,
  endDevice,
  endDevicesOf,
  me,
  refresh,
  signIn,
  signOut,
} from '#shared/cloud-contract/contract.ts';
import type { Registrar } from '../../app/register.ts';
import type { DeviceService } from './devices.ts';
import type { AuthService } from './service.ts';

export function registerAuth(registrar: Registrar, auth: AuthService, ofDevices: DeviceService): void {
  registrar.add(signIn, ({ body, request }) => auth.signIn(body, body, request.ip));
  registrar.add(refresh, ({ body, request }) => auth.refresh(body.refreshToken, body, request.ip));
  registrar.add(signOut, async ({ body, request }) => {
    await auth.signOut(body.refreshToken, request.ip);
    return {};
  });
  registrar.add(changePassword, async ({ scope, origin, body }) => {
    await auth.changePassword({ scope, origin }, body);
    return {};
  });
  registrar.add(devices, async ({ scope, origin, query }) => ({
    devices: await ofDevices.list(scope, origin.familyId, query.employeeId),
  }));
  registrar.add(endDevice, async ({ scope, origin, params }) => {
    await ofDevices.end({ scope, origin }, params.id);
    return {};
  });
  registrar.add(me, ({ scope }) => auth.me(scope));
  addAdministration(registrar, ofDevices);
}

function addAdministration(registrar: Registrar, ofDevices: DeviceService): void {
  registrar.add(companyDevices, ({ scope, origin, query }) => ofDevices.listCompany(scope, origin.familyId, query));
  registrar.add(endCompanyDevice, async ({ scope, origin, params }) => {
    await ofDevices.end({ scope, origin }, params.id);
    return {};
  });
  registrar.add(endDevicesOf, async ({ scope, origin, params }) => ({
    ended: await ofDevices.endAllOf({ scope, origin }, params.id),
  }));
}
