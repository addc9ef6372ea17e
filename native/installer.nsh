; A running call must not be cut off by an update: the installer asks, it never kills the program.
!macro customCheckAppRunning
  ${nsProcess::FindProcess} "${APP_EXECUTABLE_FILENAME}" $R0
  ${If} $R0 == 0
    MessageBox MB_OK|MB_ICONEXCLAMATION "${PRODUCT_NAME} 正在运行，请先退出再安装。$\r$\n${PRODUCT_NAME} is running. Please quit it first."
    Abort
  ${EndIf}
!macroend
