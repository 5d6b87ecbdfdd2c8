import asyncio

import grpc
from agent_calls import PAUSE, AgentCalls, is_refusal
from dialplane.v1 import agent_calls_pb2

_TRY_SECONDS = 5.0
_TRIES = 20


class Reporter:
    """Says how the dial goes; each step once the one before has arrived.

    Nothing waits for it but the end of the job: the dispatcher watches the room as well. `asker` has the claim's
    `report_token`.
    """

    def __init__(self, asker: AgentCalls) -> None:
        self._asker = asker
        self._steps: asyncio.Queue[agent_calls_pb2.ReportDialRequest] = asyncio.Queue()
        self._task = asyncio.create_task(self._run())

    def say(self, state: int, *, sip_code: int = 0, hung_up_by: int = 0) -> None:
        self._steps.put_nowait(
            agent_calls_pb2.ReportDialRequest(
                token=self._asker.token,
                job_id=self._asker.job_id,
                state=state,
                sip_code=sip_code,
                hung_up_by=hung_up_by,
            )
        )

    async def close(self) -> None:
        """When everything has arrived, or was given up."""
        await self._steps.join()
        self._task.cancel()

    async def _run(self) -> None:
        while True:
            step = await self._steps.get()
            await self._say_until_heard(step)
            self._steps.task_done()

    async def _say_until_heard(self, step: agent_calls_pb2.ReportDialRequest) -> None:
        for _ in range(_TRIES):
            try:
                await self._asker.stub.ReportDial(step, timeout=_TRY_SECONDS)
                return
            except grpc.aio.AioRpcError as error:
                if is_refusal(error):
                    return
            await asyncio.sleep(PAUSE)
