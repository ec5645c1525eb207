using System.Collections.Immutable;

namespace Weft.Console.Inventory;

/// <summary>
/// Application and version of a set of labels, and which labels said so. Istio's canonical labels win over Kubernetes'
/// recommended ones, those over <c>app</c> and <c>version</c>.
/// </summary>
public readonly record struct AppIdentity(string? App, string? Version, string AppLabel, string VersionLabel)
{
    /// <summary>The labels that may say it, the strongest first.</summary>
    public static ImmutableArray<(string App, string Version)> LabelPairs { get; } =
    [
        ("service.istio.io/canonical-name", "service.istio.io/canonical-revision"),
        ("app.kubernetes.io/name", "app.kubernetes.io/version"),
        ("app", "version"),
    ];

    public static AppIdentity Of(ImmutableDictionary<string, string> labels)
    {
        foreach (var names in LabelPairs)
        {
            if (labels.TryGetValue(names.App, out var app))
            {
                return new AppIdentity(app, labels.GetValueOrDefault(names.Version), names.App, names.Version);
            }
        }

        return new AppIdentity(null, labels.GetValueOrDefault("version"), "app", "version");
    }
}
