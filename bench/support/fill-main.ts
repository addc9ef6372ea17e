/** Writes a database of a desk with leads: `fill-main.ts FOLDER LEADS`. */
import { fillDatabase } from '#tests/support/big-database.ts';

const [folder = '', leads = '0'] = process.argv.slice(2);
fillDatabase(folder, { leads: Number(leads), calls: 0 });
