import { useCommand } from '#renderer/app/desk.ts';
import { saveFile } from '#renderer/app/save-file.ts';

type Export = ReturnType<typeof useCommand<'phone.exportTrace'>>;

/** 「导出通信记录」: the engine writes the file, the browser saves it where the person wants it. */
export function useTraceExport(): Pick<Export, 'pending' | 'failure'> & { save(): Promise<void> } {
  const { run, pending, failure } = useCommand('phone.exportTrace');
  return {
    pending,
    failure,
    async save() {
      const made = await run(null);
      if (made.ok) saveFile(made.value);
    },
  };
}
