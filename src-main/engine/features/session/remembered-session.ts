import { z } from 'zod';
import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { cloudCompany, cloudEmployee, tokens as tokenSchema } from '#shared/cloud-contract/contract.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import type { Person, SessionTokens, TokenStore } from './ports.ts';
import type { SecretStore } from './secret-store.ts';

const personSchema = z.object({ employee: cloudEmployee, company: cloudCompany });

/** Who is signed in to one environment, from one start of the desk to the next. */
export interface RememberedSession {
  readonly tokens: TokenStore;
  /** The last tokens are on disk, or could not be kept. */
  written(): Promise<void>;
  /** null unless there are tokens too: a name without a key opens nothing. */
  person(): Person | null;
  savePerson(person: Person | null): void;
  lastAccount(): string | null;
  saveAccount(account: string): void;
}

interface Options {
  readonly store: KeyValueStore;
  readonly secrets: SecretStore;
  readonly logger: Logger;
  /** Of the environment. */
  readonly key: string;
}

/**
 * Tokens are read once and then live in memory, because the cloud client asks for them with every request; writes follow
 * one after the other. Should the last one be lost, the cloud takes the token before it for a while (refresh grace).
 */
export async function createRememberedSession({ store, secrets, logger, key }: Options): Promise<RememberedSession> {
  const secretKey = `session.${key}`;
  const personKey = `session.${key}.person`;
  const accountKey = `session.${key}.account`;
  let current: SessionTokens | null = readAs(tokenSchema, await secrets.load(secretKey));
  let writing: Promise<void> = Promise.resolve();

  return {
    tokens: {
      load: () => current,
      save: (tokens) => {
        current = tokens;
        const text = tokens && JSON.stringify(tokens);
        writing = writing
          .then(() => secrets.save(secretKey, text))
          .catch((error: unknown) => logger.log('error', 'session.not-saved', { problem: describeError(error) }));
      },
    },
    written: () => writing,
    person: () => (current ? readAs(personSchema, store.get(personKey) ?? null) : null),
    savePerson: (person) => {
      if (person) store.set(personKey, JSON.stringify({ employee: person.employee, company: person.company }));
      else store.remove(personKey);
    },
    lastAccount: () => store.get(accountKey) ?? null,
    saveAccount: (account) => store.set(accountKey, account),
  };
}

function readAs<T extends z.ZodType>(schema: T, text: string | null): z.output<T> | null {
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // Written by another version, or damaged: the person signs in again.
    return null;
  }
}
