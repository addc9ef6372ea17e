import { shallowReadonly, shallowRef, onScopeDispose, type Ref } from 'vue';

/**
 * Puts a text at the cursor of a field, in the place of what is selected there, as if it were typed.
 * @returns false when the field has no room for it, and is left as it was
 */
export function insertText(field: HTMLTextAreaElement, text: string): boolean {
  const { selectionStart, selectionEnd, maxLength, value } = field;
  const length = value.length - (selectionEnd - selectionStart) + text.length;
  if (maxLength >= 0 && length > maxLength) return false;
  field.focus();
  field.setRangeText(text, selectionStart, selectionEnd, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText', data: text }));
  return true;
}

/** The field of several lines that the person was in last, and that is still there: a note, never a search. */
export function useLastField(): Readonly<Ref<HTMLTextAreaElement | null>> {
  const field = shallowRef<HTMLTextAreaElement | null>(null);
  const look = (): void => {
    const { activeElement } = document;
    if (activeElement instanceof HTMLTextAreaElement) field.value = activeElement;
    else if (field.value?.isConnected === false) field.value = null;
  };
  look();
  window.addEventListener('focusin', look);
  onScopeDispose(() => window.removeEventListener('focusin', look));
  return shallowReadonly(field);
}
