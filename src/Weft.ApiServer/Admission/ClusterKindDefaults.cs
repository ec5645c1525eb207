using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>Default values of the kinds that concern the cluster as a whole; field names and values are those of the API's documentation.</summary>
internal static class ClusterKindDefaults
{
    public static void Apply(string typeName, JsonObject item)
    {
        switch (typeName)
        {
            case "admissionregistration/v1.ValidatingWebhookConfiguration" or "admissionregistration/v1.MutatingWebhookConfiguration":
                foreach (var webhook in JsonAccess.Objects(item.Array("webhooks"))) Webhook(webhook, typeName.Contains("Mutating", StringComparison.Ordinal));
                break;
            case "admissionregistration/v1.ValidatingAdmissionPolicy" or "admissionregistration/v1.MutatingAdmissionPolicy":
                var policy = item.Ensure("spec");
                policy.Default("failurePolicy", "Fail");
                if (policy.Object("matchConstraints") is { } constraints) Match(constraints);
                break;
            case "admissionregistration/v1.ValidatingAdmissionPolicyBinding" or "admissionregistration/v1.MutatingAdmissionPolicyBinding":
                if (item.Object("spec")?.Object("matchResources") is { } resources) Match(resources);
                break;
            case "apiregistration/v1.APIService":
                item.Object("spec")?.Object("service")?.Default("port", 443);
                break;
            case "flowcontrol/v1.FlowSchema":
                item.Ensure("spec").Default("matchingPrecedence", 1000);
                break;
            case "flowcontrol/v1.PriorityLevelConfiguration":
                PriorityLevel(item.Ensure("spec"));
                break;
            case "storage/v1.CSIDriver":
                Driver(item.Ensure("spec"));
                break;
        }
    }

    private static void Webhook(JsonObject webhook, bool mutating)
    {
        webhook.Default("failurePolicy", "Fail");
        webhook.Default("matchPolicy", "Equivalent");
        webhook.Default("timeoutSeconds", 10);
        webhook["namespaceSelector"] ??= new JsonObject();
        webhook["objectSelector"] ??= new JsonObject();
        if (mutating) webhook.Default("reinvocationPolicy", "Never");
        webhook.Object("clientConfig")?.Object("service")?.Default("port", 443);
        foreach (var rule in JsonAccess.Objects(webhook.Array("rules"))) rule.Default("scope", "*");
    }

    private static void Match(JsonObject match)
    {
        match.Default("matchPolicy", "Equivalent");
        match["namespaceSelector"] ??= new JsonObject();
        match["objectSelector"] ??= new JsonObject();
        foreach (var rule in JsonAccess.Objects(match.Array("resourceRules")).Concat(JsonAccess.Objects(match.Array("excludeResourceRules")))) rule.Default("scope", "*");
    }

    private static void PriorityLevel(JsonObject spec)
    {
        if (spec.Object("exempt") is { } exempt)
        {
            exempt.Default("nominalConcurrencyShares", 0);
            exempt.Default("lendablePercent", 0);
        }

        if (spec.Object("limited") is not { } limited) return;
        limited.Default("nominalConcurrencyShares", 30);
        limited.Default("lendablePercent", 0);
        if (limited.Object("limitResponse")?.Object("queuing") is not { } queuing) return;
        queuing.Default("queues", 64);
        queuing.Default("handSize", 8);
        queuing.Default("queueLengthLimit", 50);
    }

    private static void Driver(JsonObject spec)
    {
        spec.Default("attachRequired", true);
        spec.Default("podInfoOnMount", false);
        spec.Default("storageCapacity", false);
        spec.Default("fsGroupPolicy", "ReadWriteOnceWithFSType");
        spec.Default("requiresRepublish", false);
        spec.Default("seLinuxMount", false);
        spec["volumeLifecycleModes"] ??= new JsonArray("Persistent");
    }
}
