using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Weft.Api.Errors;
using Weft.Kubernetes.Client;

namespace Weft.Api.Access;

/// <summary>The form of the token strategy. It needs no script, so that it is there before the browser console is.</summary>
internal static class LoginPage
{
    public const string Path = "/login";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, () => Page("", StatusCodes.Status200OK)).ExcludeFromDescription();
        routes.MapPost(Path, SubmitAsync).AddEndpointFilter<ErrorFilter>().AddEndpointFilter<ForeignPageFilter>().ExcludeFromDescription();
    }

    private static async Task<IResult> SubmitAsync(AccessGate gate, HttpContext context, CancellationToken cancellationToken)
    {
        if (gate.Strategy != AccessStrategy.Token)
        {
            return TypedResults.Redirect("/");
        }

        try
        {
            await gate.LogInAsync(context, await AccessEndpoints.ReadTokenAsync(context.Request, cancellationToken), cancellationToken);
            return TypedResults.Redirect("/");
        }
        catch (ApiException refusal)
        {
            return Page(refusal.Message, refusal.Status);
        }
        catch (KubernetesApiException failure)
        {
            return Page(failure.Message, StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static ContentHttpResult Page(string error, int status) => TypedResults.Text(
        $$"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Weft: log in</title>
        <style>body{font:16px sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem;color-scheme:light dark}textarea,button{font:inherit;width:100%;box-sizing:border-box;margin:.5rem 0}[role=alert]{color:#c9190b}</style></head>
        <body><main><h1>Weft</h1><p role="alert">{{WebUtility.HtmlEncode(error)}}</p>
        <form method="post" action="{{Path}}"><label for="token">Token of a Kubernetes service account (<code>kubectl create token NAME</code>)</label>
        <textarea id="token" name="token" rows="6" required autocomplete="off" spellcheck="false"></textarea><button type="submit">Log in</button></form></main></body></html>
        """,
        "text/html; charset=utf-8",
        statusCode: status);
}
