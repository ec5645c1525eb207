using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Weft.Api.Errors;
using Weft.Console.Access;

namespace Weft.Api.Access;

/// <summary>Lets nobody in who has not logged in, but to what is open; and to some endpoints only those who may do there what the console does for them.</summary>
internal sealed class AccessFilter(AccessGate gate) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var rules = context.HttpContext.GetEndpoint()?.Metadata;
        if (rules?.GetMetadata<OpenToAll>() is null)
        {
            var visitor = await gate.FindAsync(context.HttpContext, context.HttpContext.RequestAborted)
                ?? throw new ApiException(StatusCodes.Status401Unauthorized, "you are not logged in");
            if (rules?.GetMetadata<NeededRight>() is { } right && !right.IsHeldBy(visitor.User))
            {
                throw ApiException.Forbidden($"{visitor.User.Name} may not {right.Name}");
            }
        }

        return await next(context);
    }
}

/// <summary>An endpoint that needs no login.</summary>
internal sealed record OpenToAll;

/// <summary>A right in the cluster beyond reading objects, which the visitor himself must have.</summary>
internal sealed record NeededRight(string Name, Func<MeshUser, bool> IsHeldBy)
{
    public static NeededRight ReadLogs { get; } = new("read the logs of pods (get pods/log)", user => user.MayReadLogs);

    public static NeededRight AskProxies { get; } = new("ask the proxies of pods (create pods/portforward)", user => user.MayAskProxies);
}

internal static class AccessRules
{
    public static TBuilder IsOpen<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new OpenToAll());

    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, NeededRight right)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(right);
}
