/** What administrators keep in an order of their own. */
export { given, lastPosition, movedBy, rowOf } from './places.ts';
export { TextListService } from './service.ts';
