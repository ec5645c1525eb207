using Google.Protobuf.WellKnownTypes;

namespace Weft.Proxy.Stats;

/// <summary>The label keys by which Istio names canonical services.</summary>
internal static class CanonicalLabels
{
    public const string Name = "service.istio.io/canonical-name";
    public const string Revision = "service.istio.io/canonical-revision";
}

/// <summary>A workload as the labels of Istio's metrics name it. Compared by value in caches.</summary>
internal sealed record WorkloadIdentity
{
    public const string UnknownText = "unknown";

    public required string Workload { get; init; }

    public required string Namespace { get; init; }

    public required string App { get; init; }

    public required string Version { get; init; }

    public required string CanonicalName { get; init; }

    public required string CanonicalRevision { get; init; }

    public required string Cluster { get; init; }

    /// <summary>A peer of which nothing is known.</summary>
    public static WorkloadIdentity Unknown { get; } = new()
    {
        Workload = UnknownText,
        Namespace = UnknownText,
        App = UnknownText,
        Version = UnknownText,
        CanonicalName = UnknownText,
        CanonicalRevision = "latest",
        Cluster = UnknownText,
    };

    /// <summary>Reads node or peer metadata. What is missing stays empty for the proxy itself and is "unknown" for a peer (istio.stats).</summary>
    public static WorkloadIdentity FromMetadata(Struct metadata, bool isLocal)
    {
        var absent = isLocal ? "" : UnknownText;
        var labels = metadata.Fields.TryGetValue("LABELS", out var value) ? value.StructValue : null;
        var workload = Text(metadata, "WORKLOAD_NAME") ?? absent;
        var app = isLocal ? Text(labels, "app") : Text(labels, "app.kubernetes.io/name") ?? Text(labels, "app");
        return new WorkloadIdentity
        {
            Workload = workload,
            Namespace = Text(metadata, "NAMESPACE") ?? absent,
            App = app ?? absent,
            Version = Text(labels, "version") ?? (isLocal ? null : Text(labels, "app.kubernetes.io/version")) ?? absent,
            CanonicalName = Text(labels, CanonicalLabels.Name) ?? Text(labels, "app.kubernetes.io/name") ?? Text(labels, "app") ?? workload,
            CanonicalRevision = Text(labels, CanonicalLabels.Revision) ?? Text(labels, "app.kubernetes.io/version") ?? Text(labels, "version") ?? "latest",
            Cluster = Text(metadata, "CLUSTER_ID") ?? absent,
        };
    }

    /// <summary>Reads the endpoint metadata <c>istio.workload</c>: <c>workload;namespace;canonical;revision;cluster</c>.</summary>
    public static WorkloadIdentity? FromEndpoint(string text)
    {
        var parts = text.Split(';');
        if (parts.Length < 5)
        {
            return null;
        }

        return Unknown with
        {
            Workload = Known(parts[0], UnknownText),
            Namespace = Known(parts[1], UnknownText),
            CanonicalName = Known(parts[2], UnknownText),
            App = Known(parts[2], UnknownText),
            CanonicalRevision = Known(parts[3], "latest"),
            Version = Known(parts[3], UnknownText),
            Cluster = Known(parts[4], UnknownText),
        };
    }

    /// <summary>The fields that are known, as Istio's workload metadata objects serialize themselves.</summary>
    public Struct ToMetadata()
    {
        var labels = Fields((CanonicalLabels.Name, CanonicalName), (CanonicalLabels.Revision, CanonicalRevision), ("app", App), ("version", Version));
        var metadata = Fields(("NAMESPACE", Namespace), ("WORKLOAD_NAME", Workload), ("CLUSTER_ID", Cluster));
        if (labels.Fields.Count > 0)
        {
            metadata.Fields["LABELS"] = Value.ForStruct(labels);
        }

        return metadata;
    }

    // Every request asks for its series by this: the workload and its namespace tell enough apart.
    public override int GetHashCode() => HashCode.Combine(Workload, Namespace);

    private static string Known(string text, string absent) => text.Length == 0 ? absent : text;

    private static Struct Fields(params ReadOnlySpan<(string Key, string Value)> all)
    {
        var fields = new Struct();
        foreach (var (key, value) in all)
        {
            if (value.Length > 0 && value != UnknownText)
            {
                fields.Fields[key] = Value.ForString(value);
            }
        }

        return fields;
    }

    private static string? Text(Struct? source, string key) =>
        source is not null && source.Fields.TryGetValue(key, out var value) && value.KindCase == Value.KindOneofCase.StringValue && value.StringValue.Length > 0
            ? value.StringValue
            : null;
}
