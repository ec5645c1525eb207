using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Envoy.Admin.V3;
using Weft.ControlPlane.Distribution;

namespace Weft.ControlPlane.Debug;

/// <summary>The debug pages by istiod's names; each is a file of this folder.</summary>
internal sealed class DebugPages
{
    private readonly DebugSources _sources;
    private readonly ProxyPages _proxies;
    private readonly FrozenDictionary<string, Func<DebugQuery, DebugAnswer>> _pages;

    public DebugPages(DebugSources sources)
    {
        _sources = sources;
        var sync = new SyncPages(sources);
        var registry = new RegistryPages(sources);
        var configuration = new ConfigurationPages(sources);
        var sidecars = new SidecarPages(sources, registry);
        _proxies = new ProxyPages(sources);
        _pages = new Dictionary<string, Func<DebugQuery, DebugAnswer>>
        {
            ["adsz"] = _ => DebugAnswer.Of(sync.Clients()),
            ["ambientz"] = _ => DebugAnswer.Of(ConfigurationPages.Ambient()),
            ["authorizationz"] = _ => DebugAnswer.Of(configuration.Authorization()),
            ["clusterz"] = _ => DebugAnswer.Of(configuration.Clusters()),
            ["config_dump"] = _proxies.ConfigDump,
            ["configz"] = _ => DebugAnswer.Of(configuration.Objects()),
            ["connections"] = _ => DebugAnswer.Of(sync.Connections()),
            ["ecdsz"] = _proxies.Extensions,
            ["edsz"] = _proxies.Endpoints,
            ["endpointShardz"] = _ => DebugAnswer.Of(registry.Endpoints()),
            ["endpointz"] = _ => DebugAnswer.Of(registry.Endpoints()),
            ["inject"] = _ => DebugAnswer.Of(InjectionPage.Of(sources.Injection)),
            ["instancesz"] = _ => DebugAnswer.Of(registry.Instances()),
            ["list"] = _ => DebugAnswer.Of(List()),
            ["mcsz"] = _ => DebugAnswer.Of(null), // no services of several clusters
            ["mesh"] = _ => DebugAnswer.Of(configuration.Mesh()),
            ["ndsz"] = _proxies.Names,
            ["networkz"] = _ => DebugAnswer.Of(configuration.Networks()),
            ["push_status"] = _ => DebugAnswer.Of(PushProblems.Of(sources.Pushes.Current.Before, sources.Proxies)),
            ["pushcontext"] = _ => DebugAnswer.Of(configuration.PushContext()),
            ["registryz"] = _ => DebugAnswer.Of(registry.Services()),
            ["resourcesz"] = _ => DebugAnswer.Of(ResourceKinds.Page()),
            ["sidecarz"] = sidecars.Scope,
            ["syncz"] = _ => DebugAnswer.Of(sync.Status()),
            ["telemetryz"] = _ => DebugAnswer.Of(configuration.Telemetry()),
        }.ToFrozenDictionary();
    }

    public bool IsReady => _sources.Pushes.Current.IsReady;

    public string Metrics() => MetricsPage.Write(_sources);

    /// <summary>Null for a page that is not there.</summary>
    public DebugAnswer? Answer(string page, DebugQuery query) => _pages.TryGetValue(page, out var answer) ? answer(query) : null;

    /// <summary>Null when the proxy is not connected.</summary>
    public ConfigDump? Dump(string proxyId) => _sources.Proxy(proxyId) is { View: { } view } connection ? _proxies.Dump(connection, view) : null;

    public ConnectedProxy? Proxy(string id) => _sources.Proxy(id);

    private JsonArray List() => [.. _pages.Keys.Order(StringComparer.OrdinalIgnoreCase)];
}

/// <param name="ProxyId">pod.namespace; empty when not said.</param>
internal sealed record DebugQuery(string ProxyId);

/// <summary>JSON, or the text and status of a refusal.</summary>
internal sealed record DebugAnswer(string Text, int Status)
{
    public bool IsJson => Status == 200;

    public static DebugAnswer Of(JsonNode? content) => new(content?.ToJsonString() ?? "null", 200);

    public static DebugAnswer Json(string text) => new(text, 200);

    public static DebugAnswer Missing { get; } = new("You must provide a proxyID in the query string\n", 400);

    public static DebugAnswer Absent(string text) => new(text, 404);

    public static DebugAnswer NotConnected { get; } = new("Proxy not connected to this Pilot instance. It may be connected to another instance.\n", 404);
}
