using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Weft.ApiServer.Admission;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Endpoints;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Security;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Controllers;

/// <summary>Writes of the server itself, through the same pipeline as everybody's.</summary>
internal sealed class SystemWriter(WritePipeline pipeline, DeleteOperation deletion, RegistrySource registry, ObjectStore store)
{
    private static readonly UserIdentity Self = new("system:apiserver", "", [UserIdentity.MastersGroup]);

    /// <summary>Creates the object unless one of its name is there.</summary>
    public async Task EnsureAsync(ResourceDefinition resource, string ns, JsonObject item, string manager, CancellationToken cancellationToken)
    {
        var name = item.TextAt("metadata", "name");
        if (store.Current.Find(new ObjectKey(resource.StorageKey, resource.Namespaced ? ns : "", name)) is not null) return;
        item["kind"] = resource.Kind;
        item["apiVersion"] = resource.ApiVersion;
        try
        {
            await pipeline.CreateAsync(Request(resource, ns, "", "create", manager), item, [], cancellationToken);
        }
        catch (StatusException error) when (error.Reason == "AlreadyExists")
        {
            // Somebody else was faster: it is there.
        }
    }

    public async Task UpdateAsync(ResourceDefinition resource, ObjectKey key, string subresource, string manager, Func<JsonObject, JsonObject> change, CancellationToken cancellationToken)
    {
        try
        {
            await pipeline.UpdateAsync(
                Request(resource, key.Namespace, key.Name, "patch", manager),
                subresource,
                current =>
                {
                    var wanted = change(current);
                    wanted.Object("metadata")?.Remove("resourceVersion");
                    return wanted;
                },
                null,
                cancellationToken);
        }
        catch (StatusException error) when (error.Code == 404)
        {
            // Gone already.
        }
    }

    public async Task DeleteAsync(ResourceDefinition resource, StoredObject item, string propagation, CancellationToken cancellationToken)
    {
        try
        {
            await deletion.DeleteAsync(
                Request(resource, item.Key.Namespace, item.Key.Name, "delete", "system"),
                resource,
                item.Key,
                new DeleteChoices(null, propagation, item.Uid, "", false),
                cancellationToken);
        }
        catch (StatusException error) when (error.Code is 404 or 409)
        {
            // Gone, or another object by now.
        }
    }

    public ResourceDefinition Resource(string group, string plural) =>
        registry.Current.BuiltIn.First(r => r.Group == group && r.Plural == plural);

    private static ResourceRequest Request(ResourceDefinition resource, string ns, string name, string verb, string manager)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.UserAgent = manager;
        var request = new ResourceRequest(context, new RequestPath(resource.Group, resource.Version, ns, resource.Plural, name, "", false), resource, Self, verb);
        request.ReadWriteOptions("UpdateOptions");
        return request;
    }
}
