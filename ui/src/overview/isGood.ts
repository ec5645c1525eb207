/** The state of a part of the mesh, in the words of Istio's status: what says nothing is not ill. */
export function isGood(status: string): boolean {
  return status === 'Healthy' || status === '';
}
