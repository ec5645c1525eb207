namespace Weft.Api.Errors;

/// <summary>A request that cannot be answered, with the status and the words for the caller.</summary>
public sealed class ApiException(int status, string message) : Exception(message)
{
    public int Status => status;

    public static ApiException BadRequest(string message) => new(400, message);

    public static ApiException NotReady() => new(503, "The cluster has not been read yet.");

    public static ApiException NotFound(string message) => new(404, message);

    public static ApiException Forbidden(string message) => new(403, message);
}
