import { array, optionalObject, text } from './decode';

/** Something that the annotations of a workload or service tell to show with it, such as where its API is described. */
export interface AdditionalDetail {
  readonly title: string;
  /** An address, or any text. */
  readonly value: string;
  /** Of an API description its kind: `rest`, `grpc`, `graphql`; else empty. */
  readonly icon: string;
}

export function decodeDetails(json: unknown): readonly AdditionalDetail[] {
  return array(json, 'additionalDetails').flatMap((item) => {
    const data = optionalObject(item);
    const detail = { title: text(data?.title), value: text(data?.value), icon: text(data?.icon) };
    return detail.title === '' || detail.value === '' ? [] : [detail];
  });
}

/** Only what a browser opens as a page: an annotation may hold anything. */
export function isAddress(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}
