using System.Collections.Immutable;
using Weft.Istio.GatewayApi;
using Weft.Kubernetes.Objects;

namespace Weft.Istio.Effective.Translation;

/// <summary>What states a listener: a Gateway of the Gateway API, or a ListenerSet that joined one.</summary>
/// <param name="Together">All listeners of the Gateway in order of precedence: its own, then those of its ListenerSets, the oldest first.</param>
internal sealed record ListenerHolder(string Kind, ObjectMeta Metadata, ImmutableArray<K8sListener> Together)
{
    public string Namespace => Metadata.Namespace ?? "";
}
