/** The host of requests that leave it open where routes without host are asked. Nobody wrote it, so no text shows it. */

/** A host that no route names. */
export const ANY_OTHER_HOST = 'any-other-host.invalid';

/** A host, or a text that holds one, as people read it. */
export function describeHostName(text: string): string {
  return text.replaceAll(ANY_OTHER_HOST, '<any other host>');
}
