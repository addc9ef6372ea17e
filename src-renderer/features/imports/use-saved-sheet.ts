import { useCommand } from '#renderer/app/desk.ts';
import { saveFile } from '#renderer/app/save-file.ts';
import { useUiContext } from '#renderer/ui/index.ts';

/** The engine writes a sheet, the browser saves it where the person wants it. */
export function useSavedSheet() {
  const { locale } = useUiContext();
  const report = useCommand('imports.report');
  const template = useCommand('imports.template');
  return {
    report,
    template,
    async saveReport(id: string): Promise<void> {
      const made = await report.run({ id, locale: locale.value });
      if (made.ok) saveFile(made.value);
    },
    async saveTemplate(): Promise<void> {
      const made = await template.run({ locale: locale.value });
      if (made.ok) saveFile(made.value);
    },
  };
}
