/** 话术: the company's are everybody's to use, a person's own nobody else's. */
export { snippetPut, snippetRemove } from './ops.ts';
export { snippetsById } from './repository.ts';
export { registerSnippets } from './routes.ts';
