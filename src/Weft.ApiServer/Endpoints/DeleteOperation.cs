using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Controllers;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Endpoints;

/// <summary>The options of a deletion, from body and query.</summary>
internal sealed record DeleteChoices(long? GracePeriod, string Propagation, string Uid, string ResourceVersion, bool DryRun);

/// <summary>Deletes objects as Kubernetes does: at once, gracefully (pods), or by marking what finalizers still hold.</summary>
internal sealed class DeleteOperation(ObjectStore store, ApiServerOptions options)
{
    private const int MaxAttempts = 8;

    /// <summary>Called after a definition went; set once by the server's composition.</summary>
    public Action DefinitionsChanged { get; set; } = static () => { };

    private static readonly string[] Policies = ["Foreground", "Background", "Orphan"];
    private static readonly string[] Protected = ["default", "kube-system", "kube-public"];

    public static DeleteChoices Read(ResourceRequest request, JsonObject? body)
    {
        var errors = new List<FieldError>();
        var policy = Choice(request, body, "propagationPolicy");
        if (policy.Length > 0 && !Policies.Contains(policy))
            errors.Add(FieldError.NotSupported("propagationPolicy", $"\"{policy}\"", [.. Policies, "nil"]));
        var orphan = body?.Flag("orphanDependents") ?? (request.Query("orphanDependents").Length > 0 ? request.Flag("orphanDependents") : null);
        if (orphan is not null && policy.Length > 0)
            errors.Add(FieldError.Invalid("propagationPolicy", $"\"{policy}\"", "orphanDependents and deletionPropagation cannot be both set"));
        var dryRun = (body?.Array("dryRun") ?? []).Select(v => v?.ToString() ?? "").Concat(request.Context.Request.Query["dryRun"].Select(v => v ?? "")).Where(v => v.Length > 0).ToArray();
        if (dryRun.Any(v => v != "All")) errors.Add(FieldError.NotSupported("dryRun", $"[{string.Join(", ", dryRun.Select(v => $"\"{v}\""))}]", ["All"]));
        var grace = body?.Number("gracePeriodSeconds") ?? request.Number("gracePeriodSeconds");
        // As quick as a grace can be.
        if (grace < 0) grace = 1;
        if (errors.Count > 0) throw StatusErrors.Invalid("meta.k8s.io", "DeleteOptions", "", errors);
        if (orphan == true) policy = "Orphan";
        if (policy.Length == 0 && orphan is null && request.Resource.TypeName == "batch/v1.Job")
        {
            // The one kind of batch/v1 that leaves its pods behind unless told otherwise.
            policy = "Orphan";
            request.Warnings.Add("child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning");
        }

        var preconditions = body?.Object("preconditions");
        return new DeleteChoices(grace, policy, preconditions?.Text("uid") ?? "", preconditions?.Text("resourceVersion") ?? "", dryRun.Length > 0);
    }

    /// <summary>Returns what the caller is told: the object when it is still there or the kind says so, else a Status of success.</summary>
    public async Task<JsonObject> DeleteAsync(ResourceRequest request, ResourceDefinition resource, ObjectKey key, DeleteChoices choices, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var present = store.Current.Find(key) ?? throw StatusErrors.NotFound(resource, key.Name);
            Check(resource, present, choices);
            if (resource.TypeName == "core/v1.Namespace" && Protected.Contains(key.Name))
                throw StatusErrors.Forbidden(resource, key.Name, "this namespace may not be deleted");
            var item = present.ToObject(resource);
            await AdmitAsync(request, resource, item, choices, cancellationToken);
            var marked = Mark(resource, item, choices);
            if (choices.DryRun) return Tell(resource, marked ?? item, marked is not null);
            if (marked is not null && JsonNode.DeepEquals(marked, item)) return item;
            var result = marked is null
                ? await RemoveAsync(resource, key, item, present, cancellationToken)
                : await store.UpdateAsync(key, StorageForm.ToStored(resource, marked), present.Revision, cancellationToken);
            switch (result.Outcome)
            {
                case WriteOutcome.Written:
                    if (resource.TypeName == "crd") DefinitionsChanged();
                    return Tell(resource, result.Object!.ToObject(resource), marked is not null);
                case WriteOutcome.NotFound:
                    throw StatusErrors.NotFound(resource, key.Name);
                case WriteOutcome.Modified when attempt < MaxAttempts:
                    continue;
                default:
                    throw StatusErrors.Modified(resource, key.Name);
            }
        }
    }

    private async Task<WriteResult> RemoveAsync(ResourceDefinition resource, ObjectKey key, JsonObject item, StoredObject present, CancellationToken cancellationToken)
    {
        if (resource.TypeName != "core/v1.Pod") return await store.DeleteAsync(key, present.Revision, cancellationToken);
        // A pod's last state says that its time is over.
        var metadata = item.Ensure("metadata");
        metadata["deletionTimestamp"] = Stamp(0);
        metadata["deletionGracePeriodSeconds"] = 0;
        if (present.IsDeleting == false && metadata.Number("generation") is { } generation) metadata["generation"] = generation + 1;
        var gone = await store.DeleteAsync(key, present.Revision, cancellationToken);
        return gone.Outcome == WriteOutcome.Written ? gone with { Object = StoredObject.From(key, Ordered(resource, item), gone.Revision) } : gone;
    }

    private static string Choice(ResourceRequest request, JsonObject? body, string name) =>
        body?.Text(name) is { Length: > 0 } given ? given : request.Query(name);

    private static void Check(ResourceDefinition resource, StoredObject present, DeleteChoices choices)
    {
        var revision = present.Revision.ToString(CultureInfo.InvariantCulture);
        var details = new JsonObject { ["name"] = present.Key.Name, ["kind"] = resource.Kind };
        if (resource.Group.Length > 0) details["group"] = resource.Group;
        var name = resource.Group.Length == 0 ? resource.Kind : $"{resource.Kind}.{resource.Group}";
        if (choices.Uid.Length > 0 && choices.Uid != present.Uid)
        {
            throw new StatusException(409, "Conflict", $"Operation cannot be fulfilled on {name} \"{present.Key.Name}\": the UID in the precondition ({choices.Uid}) does not match the UID in record ({present.Uid}). The object might have been deleted and then recreated", details);
        }

        if (choices.ResourceVersion.Length > 0 && choices.ResourceVersion != revision)
        {
            throw new StatusException(409, "Conflict", $"Operation cannot be fulfilled on {name} \"{present.Key.Name}\": the ResourceVersion in the precondition ({choices.ResourceVersion}) does not match the ResourceVersion in record ({revision}). The object might have been modified", details);
        }
    }

    /// <summary>The object as it stays, marked for deletion; null when it can go at once.</summary>
    private JsonObject? Mark(ResourceDefinition resource, JsonObject item, DeleteChoices choices)
    {
        var marked = item.Clone();
        var metadata = marked.Ensure("metadata");
        Propagate(metadata, choices.Propagation);
        if (resource.TypeName == "crd") Terminate(marked, metadata);
        var grace = Grace(resource, marked, choices);
        var held = metadata.Array("finalizers") is { Count: > 0 } || grace > 0 || resource.TypeName is "core/v1.Namespace" or "crd";
        if (!held) return null;
        if (resource.TypeName == "core/v1.Namespace") marked.Ensure("status")["phase"] = "Terminating";
        var already = metadata.Text("deletionTimestamp") is not null;
        if (already && grace >= (metadata.Number("deletionGracePeriodSeconds") ?? 0)) return resource.TypeName == "core/v1.Pod" && grace > 0 || metadata.Array("finalizers") is { Count: > 0 } || resource.TypeName == "core/v1.Namespace" ? Ordered(resource, marked) : null;
        metadata["deletionTimestamp"] = Stamp(grace);
        if (resource.TypeName is not ("core/v1.Namespace" or "crd")) metadata["deletionGracePeriodSeconds"] = grace;
        if (!already && resource.TypeName != "crd" && metadata.Number("generation") is { } generation) metadata["generation"] = generation + 1;
        return Ordered(resource, marked);
    }

    /// <summary>A definition goes after its objects.</summary>
    private void Terminate(JsonObject item, JsonObject metadata)
    {
        if (metadata.Text("deletionTimestamp") is not null) return;
        var finalizers = (metadata.Array("finalizers") ?? []).Select(f => f?.ToString() ?? "").ToList();
        if (!finalizers.Contains(CustomResourceController.CleanupFinalizer)) finalizers.Add(CustomResourceController.CleanupFinalizer);
        metadata["finalizers"] = new JsonArray([.. finalizers.Select(f => (JsonNode)f)]);
        DefinitionNames.Set(item.Ensure("status"), "Terminating", "True", "InstanceDeletionPending", "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon", Stamp(0));
    }

    private static void Propagate(JsonObject metadata, string policy)
    {
        if (policy is not ("Foreground" or "Orphan" or "Background")) return;
        var finalizers = (metadata.Array("finalizers") ?? []).Select(f => f?.ToString() ?? "").Where(f => f is not ("orphan" or "foregroundDeletion")).ToList();
        if (policy == "Foreground") finalizers.Add("foregroundDeletion");
        if (policy == "Orphan") finalizers.Add("orphan");
        if (finalizers.Count == 0) metadata.Remove("finalizers");
        else metadata["finalizers"] = new JsonArray([.. finalizers.Select(f => (JsonNode)f)]);
    }

    private static long Grace(ResourceDefinition resource, JsonObject item, DeleteChoices choices)
    {
        if (resource.TypeName != "core/v1.Pod") return 0;
        if (item.TextAt("spec", "nodeName").Length == 0 || item.TextAt("status", "phase") is "Succeeded" or "Failed") return 0;
        return choices.GracePeriod ?? item.Object("spec")?.Number("terminationGracePeriodSeconds") ?? 30;
    }

    private string Stamp(long grace) => options.TimeProvider.GetUtcNow().AddSeconds(grace).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static JsonObject Ordered(ResourceDefinition resource, JsonObject item)
    {
        var metadata = ObjectDecoder.Decode(item.Object("metadata") ?? [], resource.Schema.Fields["metadata"].Node, resource.Kind, []);
        item["metadata"] = metadata;
        return item;
    }

    private async Task AdmitAsync(ResourceRequest request, ResourceDefinition resource, JsonObject item, DeleteChoices choices, CancellationToken cancellationToken)
    {
        foreach (var plugin in options.ValidatingAdmission)
        {
            var response = await plugin.AdmitAsync(
                new AdmissionRequest
                {
                    Operation = "DELETE",
                    Group = resource.Group,
                    Version = resource.Version,
                    Resource = resource.Plural,
                    Kind = resource.Kind,
                    Namespace = request.Namespace,
                    Name = item.TextAt("metadata", "name"),
                    OldObject = item,
                    User = new AdmissionUser(request.User.Name, request.User.Uid, request.User.Groups),
                    DryRun = choices.DryRun,
                },
                cancellationToken);
            request.Warnings.AddRange(response.Warnings);
            if (!response.Allowed) throw new StatusException(response.Code, "Forbidden", $"admission webhook \"{plugin.Name}\" denied the request: {response.Message}");
        }
    }

    private static JsonObject Tell(ResourceDefinition resource, JsonObject item, bool stays)
    {
        if (stays || resource.TypeName is "core/v1.Pod" or "core/v1.Service" or "core/v1.ServiceAccount") return item;
        var details = new JsonObject { ["name"] = item.TextAt("metadata", "name") };
        if (resource.Group.Length > 0) details["group"] = resource.Group;
        details["kind"] = resource.Plural;
        details["uid"] = item.TextAt("metadata", "uid");
        return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details };
    }
}
