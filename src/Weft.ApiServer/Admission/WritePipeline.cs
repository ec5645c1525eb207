using System.Globalization;
using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Endpoints;
using Weft.ApiServer.Patching;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Security;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Admission;

/// <summary>What a write left: the object as it now is (or would be, in a dry run), and whether it was created.</summary>
internal sealed record WriteAnswer(JsonObject Object, bool Created);

/// <summary>
/// The way of a create or update to storage: decode, default, admit (mutating), prepare, own fields, validate, admit (validating), store.
/// </summary>
internal sealed class WritePipeline(ObjectStore store, RegistrySource registry, ServiceAddresses addresses, EscalationCheck escalation, ApiServerOptions options)
{
    private const int MaxAttempts = 8;
    private const string GeneratedCharacters = "bcdfghjklmnpqrstvwxz2456789";

    private readonly AdmissionChain _admission = new(options);

    public TimeProvider Time => options.TimeProvider;

    public ResourceRegistry Registry => registry.Current;

    /// <summary>Runs before and after namespaces and other objects come and go; set once by the server's composition.</summary>
    public Func<JsonObject, CancellationToken, Task> NamespaceCreated { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Called after a definition came or changed: its resources are served before the writer has his answer.</summary>
    public Func<CancellationToken, Task> DefinitionsChanged { get; set; } = static _ => Task.CompletedTask;

    public string Now => options.TimeProvider.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Fits a body to its schema; strict findings become warnings or a refusal as the request asks.</summary>
    public static JsonObject Decode(ResourceRequest request, ResourceDefinition resource, JsonObject body, List<string> findings)
    {
        var unknown = new List<string>();
        JsonObject decoded;
        try
        {
            decoded = resource.IsCustom ? CustomResourceDecoder.Decode(body, resource, unknown) : ObjectDecoder.Decode(body, resource.Schema, resource.Kind, unknown);
        }
        catch (DecodeException exception)
        {
            throw StatusErrors.BadRequest($"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: {exception.Message}");
        }

        findings.AddRange(unknown.Select(u => resource.IsCustom ? MisplacedFields.Describe(resource.Schema, u) : $"unknown field \"{u}\""));
        if (findings.Count > 0 && request.FieldValidation == FieldValidation.Warn) request.Warnings.AddRange(findings);
        return decoded;
    }

    public static StatusException StrictFailure(ResourceDefinition resource, List<string> findings)
    {
        // What a YAML body said twice stands first, as one finding of go-yaml.
        var lines = findings.Where(f => f.StartsWith("line ", StringComparison.Ordinal)).Select(f => "\n  " + f).ToArray();
        var all = findings.Where(f => !f.StartsWith("line ", StringComparison.Ordinal));
        if (lines.Length > 0) all = all.Prepend($"yaml: unmarshal errors:{string.Concat(lines)}");
        return StatusErrors.BadRequest($"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: strict decoding error: {string.Join(", ", all)}");
    }

    public async Task<WriteAnswer> CreateAsync(ResourceRequest request, JsonObject body, List<string> findings, CancellationToken cancellationToken)
    {
        var resource = request.Resource;
        RequestBody.CheckKind(body, resource, registry.Current);
        var item = Decode(request, resource, body, findings);
        if (findings.Count > 0 && request.FieldValidation == FieldValidation.Strict) throw StrictFailure(resource, findings);
        return await CreateDecodedAsync(request, item, applied: null, cancellationToken);
    }

    /// <summary>Creates a decoded object; with <paramref name="applied"/>, ownership is that of a server-side apply.</summary>
    public async Task<WriteAnswer> CreateDecodedAsync(ResourceRequest request, JsonObject item, FieldSet? applied, CancellationToken cancellationToken)
    {
        var resource = request.Resource;
        if (resource.IsTerminating) throw StatusErrors.Forbidden(resource, item.TextAt("metadata", "name"), "create not allowed while custom resource definition is terminating");
        var metadata = item.Ensure("metadata");
        if (metadata.Text("resourceVersion") is { Length: > 0 } version && version != "0")
            throw new StatusException(500, "", "resourceVersion should not be set on objects to be created");
        CheckNamespace(request, metadata);
        SingleOwners(request, metadata);
        Strip(resource, item, metadata);
        ObjectParts.Default(resource, item);
        item = ObjectParts.Canonical(resource, item);
        // Fields belong to the writer as he sent and defaults completed them; what the server adds from here on is nobody's.
        Own(request, null, item, applied);
        metadata = item.Ensure("metadata");
        PrepareNew(resource, metadata);
        if (resource.TypeName == "batch/v1.Job") JobLabels.Assign(item);
        if (resource.TypeName == "core/v1.Node") NodeTaints.Assign(item);
        if (resource.TypeName == "certificates/v1.CertificateSigningRequest") CertificateRequestor.Assign(item, request.User);
        if (resource.Namespaced) RequireNamespace(resource, request.Namespace, metadata.Text("name") ?? "");
        ObjectParts.Default(resource, item);
        if (resource.TypeName == "core/v1.Namespace") item.Ensure("spec")["finalizers"] = new JsonArray("kubernetes");
        item = await _admission.MutateAsync(request, item, null, "CREATE", cancellationToken);
        PodPriority.Assign(resource, item, store);
        PodAccounts.Assign(resource, item, request.Namespace, store);
        LimitRanges.Default(resource, item, request.Namespace, store);
        metadata = item.Ensure("metadata");
        if (resource.TypeName == "core/v1.Service") addresses.Assign(metadata.Text("name") ?? "", item, null, request.DryRun);
        try
        {
            item = ObjectParts.Canonical(resource, item);
            escalation.Check(request, item, null, Registry);
            await _admission.ValidateAsync(request, item, null, "CREATE", cancellationToken);
            LimitRanges.Check(resource, item, request.Namespace, store);
            Quotas.Check(resource, item, request.Namespace, store);
            if (request.DryRun) return DryCreate(resource, item);
            var name = item.Ensure("metadata").Text("name")!;
            var key = new ObjectKey(resource.StorageKey, resource.Namespaced ? request.Namespace : "", name);
            var result = await store.CreateAsync(key, StorageForm.ToStored(resource, item), cancellationToken);
            if (result.Outcome == WriteOutcome.AlreadyExists)
            {
                throw result.Object!.ToObject(resource).TextAt("metadata", "deletionTimestamp").Length > 0
                    ? new StatusException(409, "AlreadyExists", $"object is being deleted: {StatusErrors.AlreadyExists(resource, name).Message}", StatusErrors.AlreadyExists(resource, name).Details)
                    : StatusErrors.AlreadyExists(resource, name);
            }

            var created = result.Object!.ToObject(resource);
            if (resource.TypeName == "crd") await DefinitionsChanged(cancellationToken);
            if (resource.TypeName == "core/v1.Namespace") await NamespaceCreated(created, cancellationToken);
            return new WriteAnswer(created, true);
        }
        finally
        {
            if (resource.TypeName == "core/v1.Service") addresses.Release(item);
        }
    }

    /// <summary>
    /// Changes the object of the request: <paramref name="change"/> gets the present state and gives the wanted one. Repeats on a lost race unless the wanted
    /// state names a resourceVersion.
    /// </summary>
    public async Task<WriteAnswer> UpdateAsync(ResourceRequest request, string subresource, Func<JsonObject, JsonObject> change, FieldSet? applied, CancellationToken cancellationToken, Action<JsonObject, JsonObject>? own = null)
    {
        var resource = request.Resource;
        var key = Key(request);
        for (var attempt = 1; ; attempt++)
        {
            var present = store.Current.Find(key) ?? throw StatusErrors.NotFound(resource, key.Name);
            var before = present.ToObject(resource);
            var wanted = change(present.ToObject(resource));
            var pinned = CheckUpdate(request, before, wanted, present);
            var after = await PrepareUpdateAsync(request, subresource, before, wanted, own, cancellationToken);
            if (JsonNode.DeepEquals(before, after)) return new WriteAnswer(before, false);
            if (request.DryRun) return new WriteAnswer(after, false);
            var kept = StorageForm.ToStored(resource, after);
            var result = IsFinished(kept)
                ? await FinishAsync(key, kept, present, cancellationToken)
                : await store.UpdateAsync(key, kept, present.Revision, cancellationToken);
            if (result.Outcome == WriteOutcome.Written && resource.TypeName == "crd") await DefinitionsChanged(cancellationToken);
            if (result.Outcome == WriteOutcome.Written) return new WriteAnswer(result.Object!.ToObject(resource), false);
            if (result.Outcome == WriteOutcome.NotFound) throw StatusErrors.NotFound(resource, key.Name);
            if (pinned || attempt == MaxAttempts) throw StatusErrors.Modified(resource, key.Name);
        }
    }

    public static ObjectKey Key(ResourceRequest request) =>
        new(request.Resource.StorageKey, request.Resource.Namespaced ? request.Namespace : "", request.Path.Name);

    private async Task<WriteResult> FinishAsync(ObjectKey key, JsonObject after, StoredObject present, CancellationToken cancellationToken)
    {
        // One step: watchers see only that the object is gone, the caller his last change of it.
        var gone = await store.DeleteAsync(key, present.Revision, cancellationToken);
        return gone.Outcome == WriteOutcome.Written ? gone with { Object = StoredObject.From(key, after, gone.Revision) } : gone;
    }

    /// <summary>Marked for deletion, no finalizer left and no grace to wait for.</summary>
    private static bool IsFinished(JsonObject item)
    {
        var metadata = item.Object("metadata");
        if (metadata?.Text("deletionTimestamp") is null || metadata.Array("finalizers") is { Count: > 0 }) return false;
        if (metadata.Number("deletionGracePeriodSeconds") is > 0) return false;
        return item.Text("kind") != "Namespace" || item.Object("spec")?.Array("finalizers") is null or { Count: 0 };
    }

    private static void CheckNamespace(ResourceRequest request, JsonObject metadata)
    {
        if (!request.Resource.Namespaced)
        {
            metadata.Remove("namespace");
            return;
        }

        if (request.Namespace.Length == 0)
            throw StatusErrors.BadRequest("an empty namespace may not be set during creation");
        if (metadata.Text("namespace") is { Length: > 0 } given && given != request.Namespace)
            throw StatusErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        metadata["namespace"] = request.Namespace;
    }

    /// <summary>Every owner once: a repeated reference is dropped, and the client is told.</summary>
    private static void SingleOwners(ResourceRequest request, JsonObject metadata)
    {
        var references = JsonAccess.Objects(metadata.Array("ownerReferences")).ToArray();
        var repeated = references.GroupBy(r => r.Text("uid") ?? "").Where(g => g.Key.Length > 0 && g.Count() > 1).Select(g => g.Key).ToArray();
        if (repeated.Length == 0) return;
        metadata["ownerReferences"] = new JsonArray([.. references.DistinctBy(r => r.Text("uid")).Select(r => r.DeepClone())]);
        request.Warnings.Add($".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {string.Join(", ", repeated)}");
    }

    /// <summary>Without what only the server says of an object.</summary>
    private static void Strip(ResourceDefinition resource, JsonObject item, JsonObject metadata)
    {
        foreach (var field in new[] { "resourceVersion", "uid", "selfLink", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields" }) metadata.Remove(field);
        if (resource.HasStatus) item.Remove("status");
    }

    private void PrepareNew(ResourceDefinition resource, JsonObject metadata)
    {
        if (string.IsNullOrEmpty(metadata.Text("name")) && metadata.Text("generateName") is { Length: > 0 } prefix)
            metadata["name"] = Generate(prefix);
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Now;
        if (ObjectParts.TracksGeneration(resource)) metadata["generation"] = 1;
    }

    private static string Generate(string prefix)
    {
        const int longest = 58;
        var stem = prefix.Length > longest ? prefix[..longest] : prefix;
        return stem + System.Security.Cryptography.RandomNumberGenerator.GetString(GeneratedCharacters, 5);
    }

    private void RequireNamespace(ResourceDefinition resource, string ns, string name)
    {
        var found = store.Current.Find(new ObjectKey("namespaces", "", ns))
            ?? throw StatusErrors.NotFound(registry.Current.Find("", "v1", "namespaces")!, ns);
        if (JsonText.ParseObject(found.Json.Span).TextAt("metadata", "deletionTimestamp").Length == 0) return;
        var details = new JsonObject { ["name"] = name };
        if (resource.Group.Length > 0) details["group"] = resource.Group;
        details["kind"] = resource.Plural;
        details["causes"] = new JsonArray(new JsonObject { ["reason"] = "NamespaceTerminating", ["message"] = $"namespace {ns} is being terminated", ["field"] = "metadata.namespace" });
        throw new StatusException(
            403,
            "Forbidden",
            $"{resource.QualifiedName} \"{name}\" is forbidden: unable to create new content in namespace {ns} because it is being terminated",
            details);
    }

    private void Own(ResourceRequest request, JsonObject? before, JsonObject after, FieldSet? applied)
    {
        if (applied is null)
        {
            ManagedFields.TrackUpdate(before, after, request.Resource, Identity(request, ""));
            return;
        }

        ManagedFields.Write(after, [new ManagedEntry(request.FieldManager, ManagedFields.Apply, request.Resource.ApiVersion, Now, "", applied)]);
    }

    public ManagerIdentity Identity(ResourceRequest request, string subresource) =>
        new(request.FieldManager, subresource is "finalize" or "binding" ? "" : subresource, subresource == "scale" ? "" : Now);

    private static WriteAnswer DryCreate(ResourceDefinition resource, JsonObject item)
    {
        var answer = new JsonObject { ["kind"] = resource.Kind, ["apiVersion"] = resource.ApiVersion };
        foreach (var (name, value) in item)
            if (name is not ("kind" or "apiVersion")) answer[name] = value?.DeepClone();
        return new WriteAnswer(answer, true);
    }

    /// <summary>Name, namespace, uid and revision of a replacement must be those of the object. True when the caller pinned the revision.</summary>
    private static bool CheckUpdate(ResourceRequest request, JsonObject before, JsonObject wanted, StoredObject present)
    {
        var resource = request.Resource;
        var metadata = wanted.Ensure("metadata");
        var old = before.Object("metadata")!;
        if (metadata.Text("name") is { Length: > 0 } name && name != request.Path.Name)
            throw StatusErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({request.Path.Name})");
        if (resource.Namespaced && metadata.Text("namespace") is { Length: > 0 } ns && ns != request.Namespace)
            throw StatusErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        metadata["name"] = old.Text("name");
        if (resource.Namespaced) metadata["namespace"] = request.Namespace;
        if (metadata.Text("uid") is { Length: > 0 } uid && uid != present.Uid)
        {
            var immutable = FieldError.Invalid("metadata.uid", ObjectValidation.Quote(uid), "field is immutable");
            if (request.Verb == "patch") throw StatusErrors.Invalid(resource, request.Path.Name, [immutable, immutable]);

            throw StatusErrors.Conflict(
                resource,
                request.Path.Name,
                $"StorageError: invalid object, Code: 4, Key: /registry/{resource.StorageKey}/{(resource.Namespaced ? request.Namespace + "/" : "")}{request.Path.Name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {present.Uid}");
        }

        var version = metadata.Text("resourceVersion") ?? "";
        if (version.Length == 0 && request.Verb == "update" && (resource.IsCustom || resource.TypeName is "crd" or "coordination/v1.Lease"))
        {
            throw StatusErrors.Invalid(resource.Group, resource.Plural, request.Path.Name, [FieldError.Invalid("metadata.resourceVersion", "0", "must be specified for an update")]);
        }

        if (version.Length == 0 || version == "0") return false;
        if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
            throw new StatusException(500, "", $"strconv.ParseUint: parsing \"{version}\": invalid syntax");
        return revision == present.Revision ? request.Verb == "update" : throw StatusErrors.Modified(resource, request.Path.Name);
    }

    private async Task<JsonObject> PrepareUpdateAsync(ResourceRequest request, string subresource, JsonObject before, JsonObject wanted, Action<JsonObject, JsonObject>? own, CancellationToken cancellationToken)
    {
        var resource = request.Resource;
        var item = subresource switch
        {
            "status" or "approval" => ObjectParts.WithStatus(resource, before, wanted),
            "finalize" => ObjectParts.WithFinalizers(before, wanted),
            "binding" => wanted,
            "ephemeralcontainers" => PodParts.WithEphemeralContainers(before, wanted),
            "resize" => PodParts.WithResources(before, wanted),
            _ => ObjectParts.WithoutStatus(resource, before, wanted),
        };
        ObjectParts.KeepServerFields(before, item);
        if (resource.TypeName == "core/v1.Pod" && subresource.Length == 0) PodAccounts.Keep(before, item);
        if (resource.TypeName == "apps/v1.DaemonSet") DaemonSetTemplates.Count(before, item);
        ObjectParts.Default(resource, item);
        item = ObjectParts.Canonical(resource, item);
        item["kind"] = resource.Kind;
        item["apiVersion"] = resource.ApiVersion;
        if (own is not null) own(before, item);
        else if (subresource is not ("finalize" or "binding")) ManagedFields.TrackUpdate(before, item, resource, Identity(request, subresource));
        if (subresource.Length == 0) item = await _admission.MutateAsync(request, item, before, "UPDATE", cancellationToken);
        if (resource.TypeName == "core/v1.Service" && subresource.Length == 0) addresses.Assign(request.Path.Name, item, before, request.DryRun);
        item = ObjectParts.Canonical(resource, item);
        if (subresource != "binding") ObjectParts.Generation(resource, subresource, before, item);
        var result = ObjectParts.Ordered(resource, item);
        escalation.Check(request, result, before, Registry);
        await _admission.ValidateAsync(request, result, before, "UPDATE", cancellationToken, subresource);
        return result;
    }
}
