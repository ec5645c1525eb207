using System.Text.Json.Nodes;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Endpoints;
using Weft.ApiServer.Schemas;

namespace Weft.ApiServer.Admission;

/// <summary>The plugins of admission in their order, and between them the rules of the kind itself.</summary>
internal sealed class AdmissionChain(ApiServerOptions options)
{
    public async Task<JsonObject> MutateAsync(ResourceRequest request, JsonObject item, JsonObject? before, string operation, CancellationToken cancellationToken)
    {
        foreach (var plugin in options.MutatingAdmission)
        {
            var response = await plugin.AdmitAsync(Describe(request, item, before, operation), cancellationToken);
            Refuse(request, plugin, response);
            if (response.PatchedObject is null) continue;
            item = response.PatchedObject.Clone();
            ObjectParts.Default(request.Resource, item);
        }

        return item;
    }

    public async Task ValidateAsync(ResourceRequest request, JsonObject item, JsonObject? before, string operation, CancellationToken cancellationToken, string subresource = "")
    {
        var resource = request.Resource;
        if (subresource.Length == 0) request.Warnings.AddRange(PodWarnings.Of(resource, item, before));
        var errors = resource.IsCustom ? CustomResourceValidator.Validate(item, before, resource, subresource == "status") : [];
        errors.AddRange(ObjectValidation.Validate(resource, item, before, subresource));
        if (resource.TypeName == "crd" && subresource.Length == 0) errors.AddRange(DefinitionValidation.Validate(item, before));
        if (errors.Count > 0) throw StatusErrors.Invalid(resource, item.TextAt("metadata", "name"), errors);
        if (subresource.Length > 0) return;
        foreach (var plugin in options.ValidatingAdmission)
            Refuse(request, plugin, await plugin.AdmitAsync(Describe(request, item, before, operation), cancellationToken));
    }

    private static AdmissionRequest Describe(ResourceRequest request, JsonObject item, JsonObject? before, string operation)
    {
        var described = item.Clone();
        described["kind"] = request.Resource.Kind;
        described["apiVersion"] = request.Resource.ApiVersion;
        return new AdmissionRequest
        {
            Operation = operation,
            Group = request.Resource.Group,
            Version = request.Resource.Version,
            Resource = request.Resource.Plural,
            Kind = request.Resource.Kind,
            Namespace = request.Namespace,
            Name = item.TextAt("metadata", "name"),
            Object = described,
            OldObject = before,
            User = new AdmissionUser(request.User.Name, request.User.Uid, request.User.Groups),
            DryRun = request.DryRun,
        };
    }

    private static void Refuse(ResourceRequest request, IAdmissionPlugin plugin, AdmissionResponse response)
    {
        request.Warnings.AddRange(response.Warnings);
        if (response.Allowed) return;
        var reason = response.Reason ?? response.Code switch { 400 => "BadRequest", 403 => "Forbidden", 422 => "Invalid", _ => "" };
        throw new StatusException(response.Code, reason, $"admission webhook \"{plugin.Name}\" denied the request: {response.Message}");
    }
}
