import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'oxfmt';
import { openApiText } from '#cloud/app/openapi.ts';

/** Writes docs/openapi.json from the cloud contract. A test fails when the file and the contract differ. */
const file = fileURLToPath(new URL('../docs/openapi.json', import.meta.url));
const { code } = await format(file, await openApiText(), { printWidth: 120 });
await writeFile(file, code);
