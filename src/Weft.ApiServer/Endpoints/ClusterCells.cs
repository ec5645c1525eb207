using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Endpoints;

/// <summary>The table cells of the kinds that concern the cluster as a whole: admission, aggregation, flow control, certificates, drivers and devices.</summary>
internal static class ClusterCells
{
    private const string None = "<none>";
    private const string Unset = "<unset>";

    /// <summary>Null when the kind is not one of these.</summary>
    public static JsonNode?[]? For(ResourceDefinition resource, JsonObject item, string name, string age)
    {
        var spec = item.Object("spec") ?? [];
        return resource.TypeName switch
        {
            "admissionregistration/v1.MutatingWebhookConfiguration" or "admissionregistration/v1.ValidatingWebhookConfiguration" => [name, item.Array("webhooks")?.Count ?? 0, age],
            "admissionregistration/v1.ValidatingAdmissionPolicy" => [name, spec.Array("validations")?.Count ?? 0, ParamKind(spec), age],
            "admissionregistration/v1.MutatingAdmissionPolicy" => [name, spec.Array("mutations")?.Count ?? 0, ParamKind(spec), age],
            "admissionregistration/v1.ValidatingAdmissionPolicyBinding" or "admissionregistration/v1.MutatingAdmissionPolicyBinding" => [name, spec.Text("policyName"), ParamRef(spec), age],
            "apiregistration/v1.APIService" => [name, Service(spec), Available(item), age],
            "certificates/v1.CertificateSigningRequest" => [name, age, spec.Text("signerName") ?? None, spec.Text("username") ?? "", Duration(spec), Decision(item)],
            "flowcontrol/v1.FlowSchema" => FlowSchema(item, spec, name, age),
            "flowcontrol/v1.PriorityLevelConfiguration" => PriorityLevel(spec, name, age),
            "networking/v1.IPAddress" => [name, Joined(spec.Object("parentRef"), '/', "resource", "namespace", "name")],
            "networking/v1.ServiceCIDR" => [name, Joined(spec.Array("cidrs")), age],
            "node/v1.RuntimeClass" => [name, item.Text("handler"), age],
            "resource/v1.DeviceClass" or "resource/v1.ResourceClaimTemplate" => [name, age],
            "resource/v1.ResourceClaim" => [name, ClaimState(item), age],
            "resource/v1.ResourceSlice" => [name, spec.Text("nodeName") ?? "", spec.Text("driver"), spec.Object("pool")?.Text("name"), age],
            "storage/v1.CSIDriver" => Driver(spec, name, age),
            "storage/v1.CSINode" => [name, spec.Array("drivers")?.Count ?? 0, age],
            "storage/v1.VolumeAttachment" => [name, spec.Text("attacher"), spec.Object("source")?.Text("persistentVolumeName") ?? "", spec.Text("nodeName"), item.Object("status")?.Flag("attached") ?? false, age],
            "storage/v1.VolumeAttributesClass" => [name, item.Text("driverName"), age],
            "core/v1.ComponentStatus" => ComponentCells(item, name),
            _ => null,
        };
    }

    private static string Joined(JsonArray? values) => string.Join(',', (values ?? []).Select(v => v?.ToString()));

    private static string Joined(JsonObject? map, char separator, params IEnumerable<string> names) => string.Join(separator, names.Select(n => map?.Text(n) ?? "").Where(v => v.Length > 0));

    private static string ParamKind(JsonObject spec) => spec.Object("paramKind") is { } kind ? Joined(kind, '/', "apiVersion", "kind") : Unset;

    private static string ParamRef(JsonObject spec) =>
        spec.Object("paramRef") is not { } reference ? Unset
        : reference.Text("name") is { Length: > 0 } ? Joined(reference, '/', "namespace", "name")
        : (reference.Text("namespace") ?? "*") + "/*";

    private static string Service(JsonObject spec) => spec.Object("service") is { } service ? Joined(service, '/', "namespace", "name") : "Local";

    private static JsonObject? Condition(JsonObject item, string type) => JsonAccess.Objects(item.Object("status")?.Array("conditions")).FirstOrDefault(c => c.Text("type") == type);

    private static string Available(JsonObject item) => Condition(item, "Available") switch
    {
        null => "Unknown",
        { } condition when condition.Text("status") == "True" => "True",
        { } condition => $"{condition.Text("status")} ({condition.Text("reason")})",
    };

    private static string Duration(JsonObject spec) =>
        spec.Number("expirationSeconds") is { } seconds ? Age.Of(TimeSpan.FromSeconds(seconds)) : None;

    private static string Decision(JsonObject item)
    {
        var state = Condition(item, "Approved") is not null ? "Approved" : Condition(item, "Denied") is not null ? "Denied" : "Pending";
        if (Condition(item, "Failed") is not null) state += ",Failed";
        return item.Object("status")?.Text("certificate") is { Length: > 0 } ? state + ",Issued" : state;
    }

    private static JsonNode?[] FlowSchema(JsonObject item, JsonObject spec, string name, string age) =>
    [
        name, spec.Object("priorityLevelConfiguration")?.Text("name") ?? "", (spec.Number("matchingPrecedence") ?? 0).ToString(CultureInfo.InvariantCulture),
        spec.Object("distinguisherMethod")?.Text("type") ?? None, age, Condition(item, "Dangling")?.Text("status") ?? "?",
    ];

    private static JsonNode?[] PriorityLevel(JsonObject spec, string name, string age)
    {
        var limited = spec.Object("limited");
        var queuing = limited?.Object("limitResponse")?.Object("queuing");
        string Text(JsonObject? map, string field) => map?.Number(field)?.ToString(CultureInfo.InvariantCulture) ?? None;
        return [name, spec.Text("type"), Text(limited ?? spec.Object("exempt"), "nominalConcurrencyShares"), Text(queuing, "queues"), Text(queuing, "handSize"), Text(queuing, "queueLengthLimit"), age];
    }

    private static string ClaimState(JsonObject item)
    {
        var status = item.Object("status");
        var parts = new List<string>();
        if (item.TextAt("metadata", "deletionTimestamp").Length > 0) parts.Add("deleted");
        parts.Add(status?.Object("allocation") is null ? "pending" : "allocated");
        if (status?.Array("reservedFor") is { Count: > 0 }) parts.Add("reserved");
        return string.Join(',', parts);
    }

    private static JsonNode?[] Driver(JsonObject spec, string name, string age) =>
    [
        name, spec.Flag("attachRequired") ?? true, spec.Flag("podInfoOnMount") ?? false, spec.Flag("storageCapacity") ?? false,
        spec.Array("tokenRequests") is { Count: > 0 } tokens ? string.Join(',', JsonAccess.Objects(tokens).Select(t => t.Text("audience"))) : Unset,
        spec.Flag("requiresRepublish") ?? false, spec.Array("volumeLifecycleModes") is { Count: > 0 } modes ? Joined(modes) : None, age,
    ];

    private static JsonNode?[] ComponentCells(JsonObject item, string name)
    {
        var healthy = JsonAccess.Objects(item.Array("conditions")).FirstOrDefault(c => c.Text("type") == "Healthy");
        var state = healthy?.Text("status") switch { "True" => "Healthy", "False" => "Unhealthy", _ => "Unknown" };
        return [name, state, healthy?.Text("message") ?? "", healthy?.Text("error") ?? ""];
    }
}
