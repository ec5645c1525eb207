using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Weft.Istio.Networking;
using Weft.Istio.Security;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane;

/// <summary>
/// What stands for an AuthorizationPolicy that cannot be read and never could (ADR 0010): it fails closed for the workloads that it selects. One that would deny
/// denies everything; one that would allow allows nothing; where even its action cannot be read it denies; one that only audits is left out.
/// </summary>
internal static class ClosedPolicies
{
    /// <summary>Null when nothing has to stand in.</summary>
    public static AuthorizationPolicy? Of(UntypedObject source)
    {
        var spec = source.Content["spec"] as JsonObject;
        var action = spec is not null && spec["action"] is null ? "ALLOW" : TextOf(spec?["action"]);
        return action == "AUDIT" ? null : new AuthorizationPolicy
        {
            Metadata = source.Metadata,
            Spec = new AuthorizationPolicySpec
            {
                Selector = SelectorOf(spec?["selector"]),
                Action = action == "ALLOW" ? "ALLOW" : "DENY",
                Rules = action == "ALLOW" ? [] : [new AuthorizationRule()],
            },
        };
    }

    /// <summary>The labels that can be read; a selector that has others selects more than it says rather than less.</summary>
    private static WorkloadSelector? SelectorOf(JsonNode? selector)
    {
        var labels = (selector as JsonObject)?["matchLabels"] as JsonObject;
        var readable = (labels ?? []).Select(label => (label.Key, Value: TextOf(label.Value))).Where(label => label.Value is not null).ToImmutableDictionary(label => label.Key, label => label.Value!);
        return readable.Count > 0 ? new WorkloadSelector { MatchLabels = readable } : null;
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
