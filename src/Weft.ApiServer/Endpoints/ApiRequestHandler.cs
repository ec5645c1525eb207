using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weft.ApiServer.Discovery;
using Weft.ApiServer.Metrics;
using Weft.ApiServer.Security;

namespace Weft.ApiServer.Endpoints;

/// <summary>The one entry of every request: who, what, allowed?, then the operation; every failure leaves as a Status.</summary>
internal sealed partial class ApiRequestHandler(
    RegistrySource registry,
    Authenticator authenticator,
    Authorizer authorizer,
    SystemEndpoints system,
    ResourceEndpoints resources,
    ProtobufWriter protobuf,
    RequestMetrics metrics,
    ILogger<ApiRequestHandler> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value ?? "/");
        context.Response.Headers["Audit-Id"] = Guid.NewGuid().ToString();
        try
        {
            await DispatchAsync(context);
        }
        catch (StatusException error)
        {
            await FailAsync(context, error);
        }
        catch (Exception exception) when (IsClientGone(context, exception))
        {
            LogClientGone(logger, method, path, exception);
        }
        catch (BadHttpRequestException error)
        {
            await FailAsync(context, new StatusException(error.StatusCode, "BadRequest", error.Message));
        }
        catch (Exception exception)
        {
            LogFailed(logger, method, path, exception);
            await FailAsync(context, StatusErrors.Internal(exception.Message));
        }
    }

    /// <summary>Reset, closed or cancelled by the client: in the middle of its body, of the work, or of the answer.</summary>
    private static bool IsClientGone(HttpContext context, Exception exception) =>
        exception is ClientGoneException || (context.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or (IOException and not BadHttpRequestException));

    private Task FailAsync(HttpContext context, StatusException error)
    {
        if (!context.Response.HasStarted) return Answer.StatusAsync(context, error, protobuf);
        context.Abort();
        return Task.CompletedTask;
    }

    private async Task DispatchAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        var caller = authenticator.Authenticate(context);
        // An empty namespace is every namespace.
        path = path.Replace("/namespaces//", "/", StringComparison.Ordinal);
        while (path.Contains("//", StringComparison.Ordinal)) path = path.Replace("//", "/", StringComparison.Ordinal);
        var parsed = RequestPath.Parse(path);
        var user = Impersonate(context, caller, parsed);
        if (parsed is null)
        {
            await NonResourceAsync(context, path, user);
            return;
        }

        if (HttpMethods.IsHead(context.Request.Method)) throw StatusErrors.MethodNotAllowed();
        var verb = Verb(context, parsed);
        var (resource, subresource) = (parsed.Resource, parsed.Subresource);
        if (!authorizer.Allows(user, new AccessAttributes(verb, parsed.Group, resource, subresource, parsed.Namespace, parsed.Name)))
            throw Forbidden(user, verb, parsed);
        var definition = registry.Current.Find(parsed.Group, parsed.Version, resource);
        if (definition is null)
        {
            if (registry.Current.GroupVersions.Contains((parsed.Group, parsed.Version))) throw StatusErrors.UnknownResource();
            if (parsed.Group.Length > 0 && registry.Current.GroupVersions.All(v => v.Group != parsed.Group))
            {
                await Answer.TextAsync(context, 404, "404 page not found\n");
                return;
            }

            throw StatusErrors.UnknownResource();
        }

        if (definition.Namespaced && parsed.Namespace.Length == 0 && parsed.Name.Length > 0) throw StatusErrors.UnknownResource();
        if (parsed.Namespace.Length > 0 && !definition.Namespaced && definition.TypeName != "core/v1.Namespace") throw StatusErrors.UnknownResource();
        await MeasuredAsync(context, RequestLabels.Of(context, parsed, definition, verb), () => resources.HandleAsync(new ResourceRequest(context, parsed, definition, user, verb)));
    }

    private async Task NonResourceAsync(HttpContext context, string path, UserIdentity user)
    {
        var verb = context.Request.Method.ToLowerInvariant();
        if (!authorizer.Allows(user, new AccessAttributes(verb, "", "", "", "", "", path)))
            throw new StatusException(403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {verb} path \"{path}\"", []);
        await MeasuredAsync(context, RequestLabels.OfPath(context, path), async () =>
        {
            if (!await system.TryHandleAsync(context, path)) await Answer.TextAsync(context, 404, "404 page not found\n");
        });
    }

    /// <summary>Counts the request while it runs and when it ends, with the code that the client gets.</summary>
    private async Task MeasuredAsync(HttpContext context, RequestLabels labels, Func<Task> answer)
    {
        var began = metrics.Now();
        var code = 500;
        metrics.Begin(labels);
        try
        {
            await answer();
            code = context.Response.StatusCode;
        }
        catch (StatusException error)
        {
            code = error.Code;
            throw;
        }
        finally
        {
            metrics.End(labels, code, began);
        }
    }

    private UserIdentity Impersonate(HttpContext context, UserIdentity user, RequestPath? path)
    {
        var name = context.Request.Headers["Impersonate-User"].ToString();
        if (name.Length == 0) return user;
        var groups = context.Request.Headers["Impersonate-Group"].Where(g => !string.IsNullOrEmpty(g)).Select(g => g!).ToList();
        if (!MayImpersonate(user, name, groups))
        {
            throw path is null
                ? new StatusException(403, "Forbidden", $"users \"{name}\" is forbidden: User \"{user.Name}\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope", new JsonObject { ["name"] = name, ["kind"] = "users" })
                : Forbidden(user, $"impersonate-on:user-info:{Verb(context, path)}", path);
        }

        if (groups.Count == 0 && UserIdentity.ServiceAccountOf(name) is { } account) groups.AddRange(UserIdentity.GroupsOf(account.Namespace));
        if (!groups.Contains(UserIdentity.AuthenticatedGroup) && name != UserIdentity.Anonymous.Name) groups.Add(UserIdentity.AuthenticatedGroup);
        return new UserIdentity(name, context.Request.Headers["Impersonate-Uid"].ToString(), groups);
    }

    private bool MayImpersonate(UserIdentity user, string name, List<string> groups)
    {
        var access = UserIdentity.ServiceAccountOf(name) is { } account
            ? new AccessAttributes("impersonate", "", "serviceaccounts", "", account.Namespace, account.Name)
            : new AccessAttributes("impersonate", "", "users", "", "", name);
        return authorizer.Allows(user, access) && groups.All(g => authorizer.Allows(user, new AccessAttributes("impersonate", "", "groups", "", "", g)));
    }

    private static string Verb(HttpContext context, RequestPath path)
    {
        var watch = path.DeprecatedWatch || (context.Request.Query.TryGetValue("watch", out var value) && value.ToString() is var text && text != "0" && !text.Equals("false", StringComparison.OrdinalIgnoreCase));
        return context.Request.Method switch
        {
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => path.Name.Length > 0 ? "delete" : "deletecollection",
            "GET" or "HEAD" when path.DeprecatedWatch => "watch",
            "GET" or "HEAD" when path.Name.Length > 0 => "get",
            "GET" or "HEAD" => watch ? "watch" : "list",
            _ => throw StatusErrors.MethodNotAllowed(),
        };
    }

    private static StatusException Forbidden(UserIdentity user, string verb, RequestPath path)
    {
        var resource = path.Subresource.Length > 0 ? $"{path.Resource}/{path.Subresource}" : path.Resource;
        var qualified = path.Group.Length > 0 ? $"{path.Resource}.{path.Group}" : path.Resource;
        var name = path.Name.Length > 0 ? $" \"{path.Name}\"" : "";
        var ns = path.Resource == "namespaces" ? path.Name : path.Namespace;
        var scope = ns.Length > 0 ? $"in the namespace \"{ns}\"" : "at the cluster scope";
        var details = new JsonObject();
        if (path.Name.Length > 0) details["name"] = path.Name;
        if (path.Group.Length > 0) details["group"] = path.Group;
        details["kind"] = path.Resource;
        return new StatusException(403, "Forbidden", $"{qualified}{name} is forbidden: User \"{user.Name}\" cannot {verb} resource \"{resource}\" in API group \"{path.Group}\" {scope}", details);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: the client left")]
    private static partial void LogClientGone(ILogger logger, string method, string path, Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailed(ILogger logger, string method, string path, Exception exception);
}
