import { changePassword, devices, endDevice, me, refresh, signIn, signOut } from '#shared/cloud-contract/contract.ts';
import type { Registrar } from '../../app/register.ts';
import type { DeviceService } from './devices.ts';
import type { AuthService } from './service.ts';

export function registerAuth(registrar: Registrar, auth: AuthService, ofDevices: DeviceService): void {
  registrar.add(signIn, ({ body, request }) => auth.signIn(body, body, request.ip));
  registrar.add(refresh, ({ body }) => auth.refresh(body.refreshToken, body.deviceId));
  registrar.add(signOut, async ({ body }) => {
    await auth.signOut(body.refreshToken);
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
}
