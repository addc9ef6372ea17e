import './no-eval.ts';
import { AppError } from '#shared/base/errors.ts';
import { connect } from '#shared/desk-contract/connect.ts';
import { deskContract } from '#shared/desk-contract/contract.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { openDeskPort } from './find-port.ts';
import { startApp } from './start.ts';

const root = document.getElementById('app');
if (!root) throw new AppError('internal', { reason: 'the page has no #app' });
startApp(connect(deskContract, { openPort: openDeskPort, clock: browserClock, random: Math.random }), root);
