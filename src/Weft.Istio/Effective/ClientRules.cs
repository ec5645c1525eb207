using System.Collections.Concurrent;
using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Networking;
using Weft.Istio.Snapshot;

namespace Weft.Istio.Effective;

/// <summary>The DestinationRules for the calls of clients of one namespace; of clients with the same labels, where rules of the namespace select by labels.</summary>
public sealed class ClientRules
{
    private readonly ConcurrentDictionary<(string Host, string Namespace), Found> _found = new();
    private readonly ImmutableArray<DestinationRule> _rules;
    private readonly MeshConfig _mesh;
    private readonly string _namespace;
    private readonly ImmutableDictionary<string, string> _labels;

    private ClientRules(MeshSnapshot snapshot, string @namespace, ImmutableDictionary<string, string> labels)
    {
        _rules = snapshot.DestinationRules;
        _mesh = snapshot.Mesh;
        _namespace = @namespace;
        _labels = labels;
    }

    public static ClientRules Of(MeshSnapshot snapshot, string @namespace, ImmutableDictionary<string, string> labels)
    {
        return snapshot.DerivedOfShape(new Key(@namespace, DependOnLabels(snapshot, @namespace) ? LabelMatch.Text(labels) : ""), key => new ClientRules(snapshot, key.Namespace, labels));
    }

    /// <summary>True when clients of the namespace have different rules, by their labels.</summary>
    public static bool DependOnLabels(MeshSnapshot snapshot, string @namespace) =>
        snapshot.DestinationRules.Any(rule => rule.Metadata.Namespace == @namespace && rule.Spec.WorkloadSelector.IsStated());

    /// <summary>The rule for calls to a service; null when there is none.</summary>
    public EffectiveDestinationRule? For(MeshService service) =>
        _found.GetOrAdd((service.Host, service.Namespace), static (_, state) => state.Rules.Find(state.Service), (Rules: this, Service: service)).Rule;

    private Found Find(MeshService service) => new(EffectiveDestinationRule.For(_rules, _mesh, _namespace, _labels, service));

    private sealed record Found(EffectiveDestinationRule? Rule);

    private sealed record Key(string Namespace, string Labels);
}
