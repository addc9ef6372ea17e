/** Sign-in, sessions, and who is asking. */
export { registerAuth } from './routes.ts';
export { AuthService } from './service.ts';
export { DeviceService } from './devices.ts';
export { findAccount } from './repository.ts';
export { hashPassword, randomPassword } from './passwords.ts';
export { giveOneTimePassword } from './reset.ts';
