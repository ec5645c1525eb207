using Weft.Kubernetes.Objects;

namespace Weft.Istio.Snapshot;

/// <summary>A finding: an Istio object that cannot be read as its kind.</summary>
/// <param name="LastGoodInForce">Its last readable version stays in force; else the mesh goes on without it.</param>
public sealed record UnreadableObject(string Kind, NamespacedName Name, string Problem, bool LastGoodInForce);
