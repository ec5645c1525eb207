using System.Net;

namespace Weft.Observability.Http;

/// <summary>
/// Sends requests that change nothing: once more, within a budget, when there is no answer at all or a gateway answers 502, 503 or 504.
/// What has begun to be answered is not asked again, and nothing after the caller's time is over.
/// </summary>
internal sealed class RepeatedHttp(HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan BeforeRepeat = TimeSpan.FromMilliseconds(100);

    private readonly RetryBudget _budget = new();

    /// <param name="create">Makes the request; called for each attempt.</param>
    /// <param name="isLastWord">True for an answer that would only come again.</param>
    public async Task<HttpResponseMessage> SendAsync(
        Func<CancellationToken, ValueTask<HttpRequestMessage>> create, Func<HttpResponseMessage, bool> isLastWord, CancellationToken cancellationToken)
    {
        _budget.Earn();
        try
        {
            var response = await SendOnceAsync(create, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout) || isLastWord(response) || !_budget.TrySpend())
                return response;
            response.Dispose();
        }
        catch (HttpRequestException) when (_budget.TrySpend())
        {
            // Asked once more below.
        }

        await Task.Delay(BeforeRepeat, time, cancellationToken);
        return await SendOnceAsync(create, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(Func<CancellationToken, ValueTask<HttpRequestMessage>> create, CancellationToken cancellationToken)
    {
        using var request = await create(cancellationToken);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }
}
