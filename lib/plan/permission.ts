/** What a role allows, before an output writes it as an IAM policy. */

/** One permission, in IAM's words. */
export interface Permission {
  readonly sid: string;
  readonly actions: readonly string[];
  /** ARNs; may be tokens. */
  readonly resources: readonly string[];
  /** By operator, then key, for example `{ StringEquals: { 'iam:AWSServiceName': 'appmesh.amazonaws.com' } }`. @default - it always holds */
  readonly conditions?: { readonly [operator: string]: { readonly [key: string]: string } };
}
