using System.Collections.Immutable;

namespace Weft.Istio.Mesh;

/// <summary>The name and revision by which telemetry knows a workload, derived from its labels.</summary>
public readonly record struct CanonicalService(string Name, string Revision)
{
    public const string NameLabel = "service.istio.io/canonical-name";
    public const string RevisionLabel = "service.istio.io/canonical-revision";
    public const string LatestRevision = "latest";

    private static readonly string[] s_nameLabels = [NameLabel, "app.kubernetes.io/name", "app"];
    private static readonly string[] s_revisionLabels = [RevisionLabel, "app.kubernetes.io/version", "version"];

    /// <summary>Falls back to the workload's name and to <c>latest</c>.</summary>
    public static CanonicalService Of(ImmutableDictionary<string, string> labels, string workloadName) =>
        new(First(labels, s_nameLabels) ?? workloadName, First(labels, s_revisionLabels) ?? LatestRevision);

    private static string? First(ImmutableDictionary<string, string> labels, string[] keys)
    {
        foreach (var key in keys)
        {
            if (labels.TryGetValue(key, out var value) && value.Length > 0)
            {
                return value;
            }
        }

        return null;
    }
}
