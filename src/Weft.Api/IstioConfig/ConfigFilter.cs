using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.Api.Errors;
using Weft.Api.Requests;
using Weft.Kubernetes.Objects;
using Weft.Kubernetes.Selectors;

namespace Weft.Api.IstioConfig;

/// <summary>Which objects of configuration a list asks for: by kind, by their labels, by the workloads they select.</summary>
internal sealed class ConfigFilter
{
    /// <summary>Kinds that select workloads, and where in their spec they do.</summary>
    private static readonly Dictionary<string, (string Selector, string Labels)> Selecting = new()
    {
        ["Sidecar"] = ("workloadSelector", "labels"),
        ["EnvoyFilter"] = ("workloadSelector", "labels"),
        ["AuthorizationPolicy"] = ("selector", "matchLabels"),
        ["PeerAuthentication"] = ("selector", "matchLabels"),
        ["RequestAuthentication"] = ("selector", "matchLabels"),
        ["Telemetry"] = ("selector", "matchLabels"),
        ["WasmPlugin"] = ("selector", "matchLabels"),
    };

    private readonly ImmutableHashSet<string>? _kinds;
    private readonly LabelQuery _labels;
    private readonly ImmutableDictionary<string, string>? _workload;

    private ConfigFilter(ImmutableHashSet<string>? kinds, LabelQuery labels, ImmutableDictionary<string, string>? workload)
    {
        _kinds = kinds;
        _labels = labels;
        _workload = workload;
    }

    /// <summary>Reads <c>objects</c> (kinds with semicolons), <c>labelSelector</c> and <c>workloadSelector</c> (labels of a workload).</summary>
    public static ConfigFilter Parse(IQueryCollection query)
    {
        var objects = query.First("objects");
        return new ConfigFilter(
            objects.Length == 0 ? null : [.. objects.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            Labels(query.First("labelSelector")),
            query.First("workloadSelector") is { Length: > 0 } workload ? Pairs(workload) : null);
    }

    public bool Wants(KubeResource<UntypedObject> kind) =>
        (_kinds?.Contains(kind.GroupVersionKind.ToString()) ?? true) && (_workload is null || (Selecting.ContainsKey(kind.Kind) && kind.Group != "gateway.networking.k8s.io"));

    public bool Wants(KubeResource<UntypedObject> kind, UntypedObject item) => _labels.Matches(item.Metadata.Labels) && (_workload is null || Selects(kind, item, _workload));

    private static bool Selects(KubeResource<UntypedObject> kind, UntypedObject item, ImmutableDictionary<string, string> workload)
    {
        var (selector, labels) = Selecting[kind.Kind];
        return (item.Content["spec"]?[selector]?[labels] as JsonObject ?? []).All(pair => workload.GetValueOrDefault(pair.Key) == pair.Value?.ToString());
    }

    private static LabelQuery Labels(string text)
    {
        try
        {
            return text.Length == 0 ? LabelQuery.Everything : LabelQuery.Parse(text);
        }
        catch (SelectorFormatException failure)
        {
            throw ApiException.BadRequest($"bad selector: {failure.Message}");
        }
    }

    private static ImmutableDictionary<string, string> Pairs(string text) =>
        (from part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
         let mark = part.IndexOf('=', StringComparison.Ordinal)
         select mark > 0 ? KeyValuePair.Create(part[..mark].Trim(), part[(mark + 1)..].Trim()) : throw ApiException.BadRequest($"bad selector: [{part}] is no label with a value"))
        .DistinctBy(pair => pair.Key)
        .ToImmutableDictionary();
}
