namespace Weft.ApiServer.Endpoints;

/// <summary>The client left before its request was read to the end: no failure of the server, and there is nobody to answer.</summary>
internal sealed class ClientGoneException(Exception cause) : Exception("the client left before its request was read", cause);
