using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Weft.Istio.Admission.Checks;
using Weft.Istio.Admission.Syntax;

namespace Weft.Istio.Admission;

/// <summary>EnvoyFilter. It is kept for tools that read it; no proxy of ours is patched, which the writer is told.</summary>
internal static class EnvoyFilterRules
{
    private const string Prefix = "Envoy filter: ";
    private const string Manager = "envoy.filters.network.http_connection_manager";

    private static readonly string[] s_matches = ["listener", "routeConfiguration", "cluster", "waypoint"];

    /// <summary>Names that filters had before Envoy 1.14, and have now.</summary>
    private static readonly FrozenDictionary<string, string> s_oldNames = new Dictionary<string, string>
    {
        ["envoy.buffer"] = "envoy.filters.http.buffer",
        ["envoy.cors"] = "envoy.filters.http.cors",
        ["envoy.csrf"] = "envoy.filters.http.csrf",
        ["envoy.http_dynamo_filter"] = "envoy.filters.http.dynamo",
        ["envoy.fault"] = "envoy.filters.http.fault",
        ["envoy.grpc_http1_bridge"] = "envoy.filters.http.grpc_http1_bridge",
        ["envoy.grpc_json_transcoder"] = "envoy.filters.http.grpc_json_transcoder",
        ["envoy.grpc_web"] = "envoy.filters.http.grpc_web",
        ["envoy.gzip"] = "envoy.filters.http.gzip",
        ["envoy.health_check"] = "envoy.filters.http.health_check",
        ["envoy.ip_tagging"] = "envoy.filters.http.ip_tagging",
        ["envoy.lua"] = "envoy.filters.http.lua",
        ["envoy.rate_limit"] = "envoy.filters.http.ratelimit",
        ["envoy.router"] = "envoy.filters.http.router",
        ["envoy.squash"] = "envoy.filters.http.squash",
        ["envoy.listener.http_inspector"] = "envoy.filters.listener.http_inspector",
        ["envoy.listener.original_dst"] = "envoy.filters.listener.original_dst",
        ["envoy.listener.original_src"] = "envoy.filters.listener.original_src",
        ["envoy.listener.proxy_protocol"] = "envoy.filters.listener.proxy_protocol",
        ["envoy.listener.tls_inspector"] = "envoy.filters.listener.tls_inspector",
        ["envoy.client_ssl_auth"] = "envoy.filters.network.client_ssl_auth",
        ["envoy.ext_authz"] = "envoy.filters.network.ext_authz",
        ["envoy.http_connection_manager"] = Manager,
        ["envoy.mongo_proxy"] = "envoy.filters.network.mongo_proxy",
        ["envoy.ratelimit"] = "envoy.filters.network.ratelimit",
        ["envoy.redis_proxy"] = "envoy.filters.network.redis_proxy",
        ["envoy.tcp_proxy"] = "envoy.filters.network.tcp_proxy",
    }.ToFrozenDictionary();

    public static Findings Check(ConfigObject item, IEnvoyPatchSchema? schema)
    {
        var selector = Labels.CheckSelector(item.Spec.Message("workloadSelector"), "labels");
        if (selector.HasErrors)
        {
            return selector;
        }

        var findings = new Findings();
        findings.Warning("EnvoyFilter exposes internal implementation details that may change at any time. Prefer other APIs if possible, and exercise extreme caution, especially around upgrades.");
        findings.Add(WorkloadSelectors.Warned(item.Spec, "Envoy filter"));
        foreach (var patch in item.Spec.Messages("configPatches"))
        {
            if (Incomplete(patch) is { } problem)
            {
                findings.Error(Prefix + problem);
            }
            else if (CheckMatch(patch, findings))
            {
                CheckValue(patch, schema, findings);
            }
        }

        findings.Warning(NotEnforced.Warning(item.Kind));
        return findings;
    }

    private static string? Incomplete(Spec configPatch)
    {
        var patch = configPatch.Message("patch");
        var operation = patch.Text("operation");
        var version = configPatch.Message("match").Message("proxy").Text("proxyVersion");
        return !configPatch.Exists ? "null config patch"
            : configPatch.Text("applyTo") is "" or "INVALID" ? "missing applyTo"
            : !patch.Exists ? "missing patch"
            : operation is "" or "INVALID" ? "missing patch operation"
            : operation != "REMOVE" && !patch.Has("value") ? "missing patch value for non-remove operation"
            : version.Length > 0 && Re2Syntax.Error(version) is { } regex ? $"invalid regex for proxy version, [{regex}]"
            : null;
    }

    /// <summary>The match is about what the patch applies to. False when the patch's value is not looked at any more.</summary>
    private static bool CheckMatch(Spec configPatch, Findings findings)
    {
        var match = configPatch.Message("match");
        var matched = s_matches.FirstOrDefault(each => match.Message(each).Exists);
        if (matched is null)
        {
            return true;
        }

        var applyTo = configPatch.Text("applyTo");
        switch (applyTo)
        {
            case "LISTENER" or "FILTER_CHAIN" or "NETWORK_FILTER" or "HTTP_FILTER":
                return CheckListenerMatch(match, matched, applyTo, findings);
            case "ROUTE_CONFIGURATION" or "VIRTUAL_HOST" or "HTTP_ROUTE":
                findings.ErrorIf(matched != "routeConfiguration", Prefix + "applyTo for http route class objects cannot have non route configuration match");
                return true;
            case "CLUSTER":
                findings.ErrorIf(matched != "cluster", Prefix + "applyTo for cluster class objects cannot have non cluster match");
                return true;
            default:
                return true;
        }
    }

    private static bool CheckListenerMatch(Spec match, string matched, string applyTo, Findings findings)
    {
        if (matched != "listener")
        {
            findings.Error(Prefix + "applyTo for listener class objects cannot have non listener match");
            return false;
        }

        var filter = match.Message("listener").Message("filterChain").Message("filter");
        if (!filter.Exists)
        {
            return true;
        }

        if (applyTo is "LISTENER" or "FILTER_CHAIN")
        {
            findings.Warning($"{Prefix}filter match has no effect when used with {applyTo}");
        }

        if (FilterProblem(filter, applyTo) is { } problem)
        {
            findings.Error(Prefix + problem);
            return false;
        }

        WarnOfOldName(filter.Text("name"), findings);
        WarnOfOldName(filter.Message("subFilter").Text("name"), findings);
        return true;
    }

    private static string? FilterProblem(Spec filter, string applyTo)
    {
        var sub = filter.Message("subFilter");
        return filter.Text("name").Length == 0 ? "filter match has no name to match on"
            : !sub.Exists ? null
            : applyTo != "HTTP_FILTER" ? "subfilter match can be used with applyTo HTTP_FILTER only"
            : filter.Text("name") is not (Manager or "envoy.http_connection_manager") ? $"subfilter match requires filter match with {Manager}"
            : sub.Text("name").Length == 0 ? "subfilter match has no name to match on"
            : null;
    }

    private static void WarnOfOldName(string name, Findings findings)
    {
        if (s_oldNames.TryGetValue(name, out var current))
        {
            findings.Warning($"using deprecated filter name {GoText.Quote(name)}; use {GoText.Quote(current)} instead");
        }
    }

    private static void CheckValue(Spec configPatch, IEnvoyPatchSchema? schema, Findings findings)
    {
        if (schema is null || configPatch.Message("patch").Message("value").Json is not JsonObject value)
        {
            return;
        }

        var reading = schema.Read(configPatch.Text("applyTo"), value);
        if (reading.UnknownField is { } unknown)
        {
            findings.Warning($"{Prefix}{unknown}");
        }
        else if (reading.UntypedExtensions.Length > 0)
        {
            findings.Warning($"using deprecated types by name without typed_config; {string.Join(", ", reading.UntypedExtensions)}");
        }
    }
}
