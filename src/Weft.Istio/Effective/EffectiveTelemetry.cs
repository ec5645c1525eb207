using System.Collections.Immutable;
using Weft.Istio.Mesh;
using Weft.Istio.Snapshot;
using Weft.Istio.Telemetry;

namespace Weft.Istio.Effective;

/// <summary>Which side of calls a proxy reports: as client for what it sends out, gateways included; as server for what its workload receives.</summary>
public enum TelemetryMode
{
    Client,
    Server,
}

/// <summary>An access log in force. A null filter logs everything.</summary>
/// <param name="TakesFormatOfMesh">The built-in provider states no format: the mesh's accessLogFormat and accessLogEncoding hold.</param>
public sealed record EffectiveAccessLog(ExtensionProvider Provider, string? Filter, bool TakesFormatOfMesh);

/// <summary>How spans are made. Null sampling and tags: as the proxy's own configuration says.</summary>
/// <param name="IsStated">False: no Telemetry and no default provider speaks of tracing, so that the mesh's and the proxy's settings of old decide.</param>
/// <param name="Provider">Where spans go; null when nothing is reported.</param>
public sealed record EffectiveTracing(
    bool IsStated, ExtensionProvider? Provider, double? Sampling, ImmutableDictionary<string, CustomTag>? CustomTags, bool UsesRequestIdForSampling, bool AddsIstioTags);

/// <summary>What a proxy reports: the Telemetry of the root namespace, that of its namespace, then the one that selects it, each refining those before.</summary>
public sealed class EffectiveTelemetry
{
    /// <summary>The provider that every mesh has.</summary>
    private const string BuiltInLog = "envoy";

    private readonly MeshConfig _mesh;
    private readonly ImmutableArray<TelemetrySpec> _levels;
    private readonly (EffectiveTracing Client, EffectiveTracing Server) _tracing;

    private EffectiveTelemetry(MeshConfig mesh, ImmutableArray<TelemetryConfig> objects)
    {
        ImmutableArray<TelemetrySpec> levels = [.. objects.Select(item => item.Spec)];
        _mesh = mesh;
        _levels = levels;
        Objects = objects;
        _tracing = (Tracing(TelemetryMode.Client), Tracing(TelemetryMode.Server));
        ClientMetrics = EffectiveMetrics.Of(mesh, levels, TelemetryMode.Client);
        ServerMetrics = EffectiveMetrics.Of(mesh, levels, TelemetryMode.Server);
    }

    /// <summary>What it was made of, the widest first.</summary>
    public ImmutableArray<TelemetryConfig> Objects { get; }

    private EffectiveMetrics? ClientMetrics { get; }

    private EffectiveMetrics? ServerMetrics { get; }

    public static EffectiveTelemetry For(MeshSnapshot snapshot, string @namespace, ImmutableDictionary<string, string> labels)
    {
        var root = snapshot.Mesh.RootNamespace;
        var all = snapshot.Objects.Telemetries;
        TelemetryConfig?[] levels =
        [
            all.FirstOrDefault(item => item.Metadata.Namespace == root && AttachmentOf(item).IsNamespaceWide),
            @namespace == root ? null : all.FirstOrDefault(item => item.Metadata.Namespace == @namespace && AttachmentOf(item).IsNamespaceWide),
            all.FirstOrDefault(item => item.Metadata.Namespace == @namespace && !AttachmentOf(item).IsNamespaceWide && AttachmentOf(item).Attaches(@namespace, labels)),
        ];
        return new EffectiveTelemetry(snapshot.Mesh, [.. levels.OfType<TelemetryConfig>()]);
    }

    /// <summary>The standard metrics and how they are changed; null when none are reported.</summary>
    public EffectiveMetrics? MetricsFor(TelemetryMode mode) => mode == TelemetryMode.Client ? ClientMetrics : ServerMetrics;

    public EffectiveTracing TracingFor(TelemetryMode mode) => mode == TelemetryMode.Client ? _tracing.Client : _tracing.Server;

    /// <summary>The logs in force, by provider name. Where there is none the mesh's accessLogFile decides.</summary>
    public IReadOnlyList<EffectiveAccessLog> AccessLogsFor(TelemetryMode mode)
    {
        var defaults = _mesh.DefaultProviders.AccessLogging;
        var logs = _levels.Where(level => level.AccessLogging.Length > 0).ToList();
        var providers = logs.Count == 0 ? defaults.ToDictionary(name => name, _ => (string?)null) : Merged(logs, mode);
        return
        [
            .. from entry in providers.OrderBy(entry => entry.Key, StringComparer.Ordinal)
               let provider = _mesh.Provider(entry.Key)
               where provider is { EnvoyFileAccessLog: not null } or { IsAccessLogService: true }
               select new EffectiveAccessLog(provider, entry.Value, entry.Key == BuiltInLog && provider.EnvoyFileAccessLog is { LogFormat: null, OmitEmptyValues: false }),
        ];
    }

    /// <summary>A level that names providers replaces those of the levels before; one that names none speaks of theirs.</summary>
    private Dictionary<string, string?> Merged(List<TelemetrySpec> levels, TelemetryMode mode)
    {
        var inScope = _mesh.DefaultProviders.AccessLogging.ToHashSet();
        var filters = new Dictionary<string, string?>();
        foreach (var level in levels)
        {
            var named = level.AccessLogging.Where(log => Applies(log.Match?.Mode, mode)).SelectMany(log => log.Providers, (log, provider) => (provider.Name, log.Filter)).ToList();
            foreach (var (name, filter) in named)
            {
                filters[name] = filter?.Expression;
            }

            inScope = named.Count > 0 ? [.. named.Select(entry => entry.Name)] : inScope;
        }

        var result = new Dictionary<string, string?>();
        var inherited = _mesh.DefaultProviders.AccessLogging;
        foreach (var log in levels.SelectMany(level => level.AccessLogging))
        {
            inherited = log.Providers.Length > 0 ? [.. log.Providers.Select(provider => provider.Name)] : inherited;
            foreach (var name in inherited.Where(name => inScope.Contains(name) && Applies(log.Match?.Mode, mode)))
            {
                if (log.Disabled == true)
                {
                    result.Remove(name);
                    filters.Remove(name);
                }
                else
                {
                    result[name] = filters.GetValueOrDefault(name);
                }
            }
        }

        return result;
    }

    private EffectiveTracing Tracing(TelemetryMode mode)
    {
        var settings = _levels.SelectMany(level => level.Tracing).ToList();
        var providers = _mesh.DefaultProviders.Tracing;
        var isStated = settings.Count > 0 || providers.Length > 0;
        var result = new EffectiveTracing(isStated, providers.Length > 0 ? _mesh.Provider(providers[0]) : null, null, null, UsesRequestIdForSampling: true, AddsIstioTags: true);
        var isDisabled = false;
        foreach (var setting in settings.Where(setting => Applies(setting.Match?.Mode, mode)))
        {
            isDisabled = setting.DisableSpanReporting ?? isDisabled;
            result = result with
            {
                Provider = setting.Providers.Length > 0 ? _mesh.Provider(setting.Providers[0].Name) : result.Provider,
                Sampling = setting.RandomSamplingPercentage ?? result.Sampling,
                CustomTags = setting.CustomTags ?? result.CustomTags,
                UsesRequestIdForSampling = setting.UseRequestIdForTraceSampling ?? result.UsesRequestIdForSampling,
                AddsIstioTags = setting.EnableIstioTags ?? result.AddsIstioTags,
            };
        }

        return isDisabled ? result with { Provider = null } : result;
    }

    private static PolicyAttachment AttachmentOf(TelemetryConfig item) =>
        new(item.Metadata.Namespace, item.Spec.Selector, PolicyAttachment.TargetsOf(item.Spec.TargetRefs, item.Spec.TargetRef));

    internal static bool Applies(string? stated, TelemetryMode mode) => stated switch
    {
        "CLIENT" => mode == TelemetryMode.Client,
        "SERVER" => mode == TelemetryMode.Server,
        _ => true,
    };
}
