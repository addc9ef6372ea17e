import { z } from 'zod';
import { offlineDayBounds } from '../domain/offline-days.ts';

const days = z.number().int().min(offlineDayBounds.min).max(offlineDayBounds.max);

/** 离线登录: for how many days people sign in while the cloud is away. */
export const offlineRuleFields = { days };
