using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>Which parts of an object a write through the object itself or one of its subresources may change, and in which form the result is kept.</summary>
internal static class ObjectParts
{
    public static JsonObject WithStatus(ResourceDefinition resource, JsonObject before, JsonObject wanted)
    {
        var item = before.Clone();
        if (wanted["status"] is { } status) item["status"] = status.DeepClone();
        else item.Remove("status");
        var metadata = item.Ensure("metadata");
        if (resource.IsCustom || resource.TypeName == "apiextensions.k8s.io/v1.CustomResourceDefinition") return item;
        // Built-in kinds take changed metadata along with the status: so controllers write an annotation without a new generation.
        foreach (var part in new[] { "labels", "annotations", "finalizers", "ownerReferences" })
        {
            if ((part, resource.TypeName) is ("labels", "apps/v1.Deployment") or ("ownerReferences", "core/v1.Pod")) continue;
            if (wanted.Object("metadata")?[part] is { } value) metadata[part] = value.DeepClone();
            else metadata.Remove(part);
        }

        return item;
    }

    public static JsonObject WithFinalizers(JsonObject before, JsonObject wanted)
    {
        var item = before.Clone();
        var finalizers = wanted.Object("spec")?["finalizers"]?.DeepClone();
        if (finalizers is null) item.Ensure("spec").Remove("finalizers");
        else item.Ensure("spec")["finalizers"] = finalizers;
        return item;
    }

    public static JsonObject WithoutStatus(ResourceDefinition resource, JsonObject before, JsonObject wanted)
    {
        if (resource.TypeName == "core/v1.Namespace" && before.Object("spec") is { } spec) wanted["spec"] = spec.DeepClone();
        if (!resource.HasStatus) return wanted;
        if (before["status"] is { } status) wanted["status"] = status.DeepClone();
        else wanted.Remove("status");
        return wanted;
    }

    public static void KeepServerFields(JsonObject before, JsonObject item)
    {
        var old = before.Object("metadata")!;
        var metadata = item.Ensure("metadata");
        foreach (var field in new[] { "uid", "resourceVersion", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName" })
        {
            if (old[field] is { } value) metadata[field] = value.DeepClone();
            else metadata.Remove(field);
        }

        if (metadata["managedFields"] is null or JsonArray { Count: 0 } && old["managedFields"] is { } managed) metadata["managedFields"] = managed.DeepClone();
    }

    public static void Generation(ResourceDefinition resource, string subresource, JsonObject before, JsonObject after)
    {
        if (!TracksGeneration(resource)) return;
        var changed = before.Select(p => p.Key).Union(after.Select(p => p.Key))
            .Any(name => name is not ("metadata" or "status" or "kind" or "apiVersion") && !JsonNode.DeepEquals(before[name], after[name]));
        if (resource.IsCustom && !resource.HasStatus) changed |= !JsonNode.DeepEquals(before["status"], after["status"]);
        // The controller of Deployments copies annotations: a change of them is work for it.
        if (resource.TypeName == "apps/v1.Deployment" && subresource.Length == 0) changed |= !JsonNode.DeepEquals(before.Object("metadata")?["annotations"], after.Object("metadata")?["annotations"]);
        if (changed) after.Ensure("metadata")["generation"] = (before.Object("metadata")?.Number("generation") ?? 0) + 1;
    }

    public static bool TracksGeneration(ResourceDefinition resource) =>
        resource.IsCustom || resource.TypeName is "crd" or "core/v1.Pod" or "discovery/v1.EndpointSlice" or "batch/v1.Job" or "batch/v1.CronJob" or "policy/v1.PodDisruptionBudget" or "core/v1.ReplicationController" or "scheduling/v1.PriorityClass"
            || (resource.Group is "apps" or "networking.k8s.io" or "admissionregistration.k8s.io" or "flowcontrol.apiserver.k8s.io" && resource.Kind is not ("ControllerRevision" or "IPAddress" or "ServiceCIDR"));

    public static JsonObject Ordered(ResourceDefinition resource, JsonObject item)
    {
        var content = Canonical(resource, item);
        var result = new JsonObject { ["kind"] = resource.Kind, ["apiVersion"] = resource.ApiVersion };
        foreach (var (name, value) in content.ToArray())
        {
            if (name is "kind" or "apiVersion") continue;
            content.Remove(name);
            result[name] = value;
        }

        return result;
    }

    /// <summary>Fields in the order of the API, empty ones left out.</summary>
    public static JsonObject Canonical(ResourceDefinition resource, JsonObject item) =>
        resource.IsCustom ? CustomResourceDecoder.Decode(item, resource, []) : ObjectDecoder.Decode(item, resource.Schema, resource.Kind, []);

    public static void Default(ResourceDefinition resource, JsonObject item)
    {
        if (resource.IsCustom) CustomResourceDecoder.Default(item, resource);
        else if (resource.TypeName == "crd") CustomResourceDefinitions.Default(item);
        else KindDefaults.Apply(resource.TypeName, item);
    }
}
