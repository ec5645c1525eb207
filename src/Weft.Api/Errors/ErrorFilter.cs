using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Weft.Console.Proxies;
using Weft.Kubernetes.Client;
using Weft.Observability.Metrics;

namespace Weft.Api.Errors;

/// <summary>The one place where failures of a request become answers.</summary>
internal sealed class ErrorFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ApiException failure)
        {
            return Error(failure.Status, failure.Message);
        }
        catch (KubernetesApiException failure)
        {
            // Of the cluster's refusals only "not there" and "not allowed" are the caller's; all else is that we could not ask.
            var status = failure.Code is HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest ? (int)failure.Code : StatusCodes.Status503ServiceUnavailable;
            return Error(status, failure.Message);
        }
        catch (PodHttpException failure)
        {
            return Error(StatusCodes.Status503ServiceUnavailable, failure.Message);
        }
        catch (MetricsQueryException failure)
        {
            var reason = failure.ErrorType.Length > 0 ? $"{failure.ErrorType}: {failure.Reason}" : failure.Reason;
            return Error(StatusCodes.Status503ServiceUnavailable, reason);
        }
    }

    private static JsonHttpResult<ErrorDto> Error(int status, string message) =>
        TypedResults.Json(new ErrorDto(message), ApiJsonContext.Default.ErrorDto, contentType: null, statusCode: status);
}
