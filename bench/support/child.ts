import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface Child<Question, Answer> {
  /** The next that it says. */
  heard(): Promise<Answer>;
  /** One question at a time. */
  ask(question: Question): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * A program of a bench as a process of its own, which is told and answers by messages. It ends when it is left alone.
 * @param nodeOptions of its Node
 */
export function openChild<Question extends object, Answer>(
  file: string,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): Child<Question, Answer> {
  const child = fork(file, args, { execArgv: [...nodeOptions] });
  const gone = once(child, 'exit');
  const heard = async (): Promise<Answer> => {
    const ended = gone.then(([code]): never => {
      throw new Error(`${file} ended with ${String(code)}`);
    });
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [Answer];
    return message;
  };
  return {
    heard,
    ask(question) {
      const answer = heard();
      child.send(question);
      return answer;
    },
    async close() {
      child.disconnect();
      await gone;
    },
  };
}
