using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Weft.Istio.Admission;

/// <summary>
/// Istio's validating webhook as a pure function: an object of its API in, the answer of istiod 1.30 out. The object has passed its schema before,
/// which says what fields there are, of what type, and in what simple ranges; here are the rules that a schema cannot say.
/// </summary>
/// <param name="patches">Reads the patches of an EnvoyFilter; without it their content is not looked at.</param>
public sealed class IstioAdmission(IEnvoyPatchSchema? patches = null)
{
    private static readonly FrozenSet<string> s_groups =
        FrozenSet.ToFrozenSet(["networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io"]);

    private readonly FrozenDictionary<string, Func<ConfigObject, Findings>> _byKind = new Dictionary<string, Func<ConfigObject, Findings>>
    {
        ["VirtualService"] = VirtualServiceRules.Check,
        ["DestinationRule"] = DestinationRuleRules.Check,
        ["ServiceEntry"] = ServiceEntryRules.Check,
        ["WorkloadEntry"] = WorkloadEntryRules.Check,
        ["WorkloadGroup"] = WorkloadGroupRules.Check,
        ["Gateway"] = GatewayRules.Check,
        ["Sidecar"] = SidecarRules.Check,
        ["EnvoyFilter"] = item => EnvoyFilterRules.Check(item, patches),
        ["ProxyConfig"] = ProxyConfigRules.Check,
        ["PeerAuthentication"] = PeerAuthenticationRules.Check,
        ["RequestAuthentication"] = RequestAuthenticationRules.Check,
        ["AuthorizationPolicy"] = AuthorizationPolicyRules.Check,
        ["Telemetry"] = TelemetryRules.Check,
        ["WasmPlugin"] = WasmPluginRules.Check,
        ["TrafficExtension"] = TrafficExtensionRules.Check,
    }.ToFrozenDictionary();

    /// <summary>The verdict on an object that is to be created or replaced. Kinds that are not Istio's are allowed.</summary>
    public AdmissionVerdict Review(string group, string kind, JsonObject item)
    {
        if (RemovedKinds.Find(group, kind) is { } removed)
        {
            return AdmissionVerdict.Refused(removed.Explanation);
        }

        if (!s_groups.Contains(group) || !_byKind.TryGetValue(kind, out var check))
        {
            return AdmissionVerdict.Allowed;
        }

        var config = ConfigObject.Of(kind, item);
        if (AnnotationRules.Check(config) is { } refusal)
        {
            return AdmissionVerdict.Refused($"configuration is invalid: {refusal}");
        }

        var verdict = check(config).ToVerdict();
        return verdict.IsAllowed && Readability.Problem(kind, item) is { } problem ? AdmissionVerdict.Refused(problem) : verdict;
    }
}
